package io.cdcsdk.runtime.leaks;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.Source;
import io.cdcsdk.runtime.BreakerPolicy;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.FilePositionStore;
import io.cdcsdk.runtime.OpenLetter;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.RetryPolicy;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.http.MonitoringServer;
import io.cdcsdk.runtime.logs.RecordedLogs;
import io.cdcsdk.runtime.metrics.MetricsFile;
import io.cdcsdk.runtime.metrics.PipelineMetrics;
import io.cdcsdk.runtime.metrics.StatusLog;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs pipelines, and collects all that they let out. */
final class Observed implements AutoCloseable {
    static final String PIPELINE = "people";
    static final String SINK = "target";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    static {
        // Otherwise every answer waits for 40 milliseconds.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Path directory;
    private final Evidence evidence = new Evidence();
    private final RecordedLogs.Recording logs = RecordedLogs.record();
    private final Thread.@Nullable UncaughtExceptionHandler former = Thread.getDefaultUncaughtExceptionHandler();

    Observed(Path directory) {
        this.directory = directory;
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> evidence.add("uncaught", failure));
    }

    Evidence evidence() {
        return evidence;
    }

    Path letters() {
        return directory.resolve("letters");
    }

    /** Starts a pipeline with dead letters, quick retries, and small commits. */
    Pipeline.Builder pipeline(Source source, Sink sink) {
        return Pipeline.builder(PIPELINE)
                .source(source)
                .sink(SINK, sink)
                .commit(CommitBounds.standard().withRows(7))
                .retry(new RetryPolicy(5, Duration.ofMillis(1), Duration.ofMillis(3), Duration.ofSeconds(20)))
                .breaker(new BreakerPolicy(50, 4, 4, Duration.ofMillis(5), 1))
                .drainTimeout(Duration.ofSeconds(10))
                .positionStore(new FilePositionStore(directory.resolve("positions")))
                .deadLetters(store());
    }

    FileDeadLetterStore store() {
        return FileDeadLetterStore.builder().directory(letters()).build();
    }

    /** Runs a pipeline to its end, which may be a failure. */
    void run(Pipeline.Builder builder) throws Exception {
        observe(builder, pipeline -> {
            pipeline.run();
            evidence.add("end", "ended");
        });
    }

    /** Replays all letters. */
    void replay(Pipeline.Builder builder) throws Exception {
        observe(builder, pipeline -> evidence.add("replay", pipeline.replay(SINK, DeadLetterFilter.all())));
    }

    private void observe(Pipeline.Builder builder, Consumer<Pipeline> work) throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        JmxMeterRegistry jmx = new JmxMeterRegistry(JmxConfig.DEFAULT, Clock.SYSTEM);
        CompositeMeterRegistry registry = new CompositeMeterRegistry();
        registry.add(prometheus);
        registry.add(jmx);
        PipelineMetrics metrics = PipelineMetrics.builder(PIPELINE, registry).build();
        Pipeline[] built = new Pipeline[1];
        PipelineListener listener = new Listener(() -> evidence.add("status", built[0].status()));
        Pipeline pipeline;
        try {
            pipeline = builder.listener(metrics).listener(listener).build();
        } catch (InvalidConfiguration e) {
            evidence.add("configuration", e);
            return;
        }
        built[0] = pipeline;
        metrics.observe(pipeline::status);
        HealthCheck health = HealthCheck.of(pipeline::status);
        try (metrics;
                StatusLog line = StatusLog.start(metrics, Duration.ofMillis(5));
                MetricsFile file =
                        MetricsFile.start(prometheus, directory.resolve("metrics/m.json"), Duration.ofHours(1));
                MonitoringServer server = MonitoringServer.builder()
                        .health(health::check)
                        .metrics(prometheus::scrape)
                        .start()) {
            get(server);
            try {
                work.accept(pipeline);
            } catch (CdcException | IllegalStateException e) {
                evidence.add("exception", e);
            }
            file.write();
            get(server);
            evidence.addBeans();
            evidence.addThreads();
            evidence.add("status", pipeline.status());
            evidence.add("metrics", metrics + " " + line);
            pipeline.close();
        } finally {
            jmx.close();
        }
    }

    private void get(MonitoringServer server) throws IOException, InterruptedException {
        for (String path : List.of("/health", "/ready", "/metrics", "/none")) {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            evidence.add("HTTP " + path, answer.headers() + " " + answer.body());
        }
    }

    /** Adds what has been written, and gives all leaks. */
    List<String> leaks(Secretive rows) throws IOException {
        evidence.addFiles("letters", letters());
        evidence.addFiles("positions", directory.resolve("positions"));
        evidence.addFiles("metrics file", directory.resolve("metrics"));
        evidence.add("letters read", OpenLetter.read(store(), PIPELINE, SINK));
        logs.lines().forEach(line -> evidence.add("log", line.text()));
        return evidence.leaks(rows.markers());
    }

    /** What a pipeline's listener hears, as text; a row that was read is not masked, and shows no values. */
    private final class Listener implements PipelineListener {
        private final Runnable then;

        Listener(Runnable then) {
            this.then = then;
        }

        @Override
        public void read(EventBatch batch) {
            evidence.add("listener", batch + " " + batch.events());
        }

        @Override
        public void written(String sink, EventBatch batch) {
            evidence.add("listener", batch + " " + batch.events());
        }

        @Override
        public void retried(Retried retried) {
            evidence.add("listener", retried);
            evidence.add("listener", retried.cause());
            then.run();
        }

        @Override
        public void breakerChanged(String sink, PipelineStatus.Breaker now) {
            then.run();
        }

        @Override
        public void setAside(String sink, List<DeadLetterRecord.Letter> letters) {
            evidence.add("listener", letters);
        }

        @Override
        public void resolved(String sink, DeadLetterRecord.Resolved resolved) {
            evidence.add("listener", resolved);
        }

        @Override
        public void committed(Committed committed) {
            evidence.add("listener", committed);
            then.run();
        }
    }

    @Override
    public void close() {
        Thread.setDefaultUncaughtExceptionHandler(former);
        logs.close();
    }
}
