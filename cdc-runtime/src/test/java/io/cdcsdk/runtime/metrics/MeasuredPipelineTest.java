package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.BreakerPolicy;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.RetryPolicy;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.http.MonitoringServer;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pipeline that runs, with a sink that fails at first and a row that is set aside, seen from outside. */
@Timeout(60)
class MeasuredPipelineTest {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("public", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .build();
    private static final long BAD = 5;
    private static final String SECRET = "4711-very-secret";
    private static final String SOURCE = "pipeline=\"people\",source=\"script\"}";
    private static final String SINK = "pipeline=\"people\",sink=\"memory\"";

    private final HttpClient client = HttpClient.newHttpClient();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final InMemoryTarget target = new InMemoryTarget();
    private final Faults faults = new Faults();

    /** Refuses one key. */
    private final Validate rules = Validate.table("public.*")
            .rule("is not five", row -> !(Long.valueOf(BAD).equals(row.value(0)) && SECRET.equals(row.value(1))));

    /** Keeps letters in memory. */
    private static final class Letters implements DeadLetterLog {
        private final List<DeadLetterRecord> records = new ArrayList<>();

        @Override
        public String session() {
            return "only";
        }

        @Override
        public byte[] salt() {
            return new byte[16];
        }

        @Override
        public void read(Visitor visitor) {
            for (int i = 0; i < records.size(); i++) {
                visitor.visit(new DeadLetterRecord.Id("only", i), records.get(i));
            }
        }

        @Override
        public void append(List<DeadLetterRecord> more) {
            records.addAll(more);
        }

        @Override
        public void close() {}
    }

    private HttpResponse<String> get(MonitoringServer server, String path) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<ChangeEvent> persons() {
        EventScript script = EventScript.create();
        for (long id = 1; id <= 10; id++) {
            script.insert(Row.of(PERSON, id, SECRET));
        }
        return script.update(null, Row.of(PERSON, BAD, "moved")).take();
    }

    @Test
    void isSeenFromOutside() throws Exception {
        for (int i = 1; i <= 3; i++) {
            faults.fail(Faults.Point.WRITE, i, () -> new Retryable(SECRET));
        }
        ScriptedSource source = ScriptedSource.over(new ScriptedOrigin().append("lane", persons()))
                .endless()
                .build();
        PipelineMetrics metrics = PipelineMetrics.builder("people", registry)
                .source("script", source)
                .validation(rules)
                .build();
        Pipeline pipeline = Pipeline.builder("people")
                .source(source)
                .transform(rules)
                .sink("memory", InMemorySink.builder(target).faults(faults).build())
                .commit(CommitBounds.standard().withAge(Duration.ofMillis(20)))
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(10)))
                .breaker(BreakerPolicy.standard().withCalls(4, 3).withOpenFor(Duration.ofMillis(20)))
                .deadLetters((name, sink) -> new Letters())
                .listener(metrics)
                .build();
        metrics.observe(pipeline::status);
        try (metrics;
                pipeline;
                MonitoringServer server = MonitoringServer.builder()
                        .health(HealthCheck.of(pipeline::status)::check)
                        .metrics(registry::scrape)
                        .start()) {
            assertThat(get(server, "/ready").statusCode()).isEqualTo(503);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
            pipeline.start();
            Scrape scrape = awaitCommitted(server);

            MetricsTable.assertShows(scrape);
            assertThat(scrape.value("cdc_pipeline_phase{phase=\"running\",pipeline=\"people\"}"))
                    .isOne();
            assertThat(scrape.value("cdc_source_events_total{operation=\"insert\"," + SOURCE))
                    .isEqualTo(10);
            assertThat(scrape.value("cdc_source_events_total{operation=\"update\"," + SOURCE))
                    .isOne();
            assertThat(scrape.value("cdc_source_bytes_total{" + SOURCE)).isEqualTo(11 * 256);
            assertThat(scrape.value("cdc_source_up{" + SOURCE)).isOne();
            assertThat(scrape.value("cdc_source_poll_age_seconds{" + SOURCE)).isBetween(0.0, 30.0);
            assertThat(scrape.value("cdc_source_lag_seconds{" + SOURCE)).isNotNaN();
            assertThat(scrape.value("cdc_sink_events_total{operation=\"insert\"," + SINK + "}"))
                    .isEqualTo(9);
            assertThat(scrape.value("cdc_sink_retries_total{" + SINK + "}")).isGreaterThanOrEqualTo(3);
            assertThat(scrape.value("cdc_sink_breaker_changes_total{" + SINK + ",state=\"open\"}"))
                    .isGreaterThanOrEqualTo(1);
            assertThat(scrape.value("cdc_sink_breaker{" + SINK + ",state=\"closed\"}"))
                    .isOne();
            assertThat(scrape.value("cdc_sink_batch_seconds_count{" + SINK + "}"))
                    .isOne();
            assertThat(scrape.value("cdc_sink_commit_seconds_count{" + SINK + "}"))
                    .isGreaterThanOrEqualTo(1);
            assertThat(scrape.value("cdc_sink_commit_age_seconds{" + SINK + "}"))
                    .isBetween(0.0, 30.0);
            assertThat(scrape.value("cdc_sink_lag_seconds{" + SINK + "}")).isNotNaN();
            assertThat(scrape.value("cdc_sink_queue_bytes{" + SINK + "}")).isZero();
            assertThat(scrape.value("cdc_sink_uncommitted_rows{" + SINK + "}")).isZero();
            assertThat(scrape.value("cdc_sink_up{" + SINK + "}")).isOne();
            assertThat(scrape.value("cdc_dead_letters_total{category=\"validation\"," + SINK + "}"))
                    .isOne();
            assertThat(scrape.value("cdc_dead_letters_total{category=\"behind\"," + SINK + "}"))
                    .isOne();
            assertThat(scrape.value("cdc_dead_letters_unresolved{" + SINK + "}"))
                    .isEqualTo(2);
            assertThat(scrape.value("cdc_dead_letters_size_bytes{" + SINK + "}"))
                    .isPositive();
            assertThat(scrape.value("cdc_sink_parked_keys{" + SINK + "}")).isPositive();
            assertThat(scrape.value("cdc_errors_total{category=\"validation\",pipeline=\"people\"}"))
                    .isOne();
            assertThat(scrape.value("cdc_validation_failures_total{action=\"reject\",column=\"\",pipeline=\"people\","
                            + "rule=\"is not five\",tables=\"public.*\"}"))
                    .as("counted by the validation that the pipeline has")
                    .isOne();
            assertThat(scrape.value("cdc_errors_total{category=\"sink\",pipeline=\"people\"}"))
                    .isGreaterThanOrEqualTo(3);

            assertThat(get(server, "/ready").body()).isEqualTo("{\"status\":\"up\",\"reasons\":[]}");
            assertThat(get(server, "/metrics").body()).doesNotContain(SECRET);
            pipeline.stop();
            pipeline.await();
            assertThat(get(server, "/ready").body()).contains("down", "ended");
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aSourceThatIsAwayIsSeenAtOnce() {
        AtomicBoolean away = new AtomicBoolean();
        ScriptedSource source = ScriptedSource.over(new ScriptedOrigin().append("lane", persons()))
                .endless()
                .build();
        PipelineMetrics metrics = PipelineMetrics.builder("people", registry)
                .source("script", source)
                .build();
        Pipeline pipeline = Pipeline.builder("people")
                .source(new Leaving(source, away))
                .sink("memory", InMemorySink.on(target))
                .retry(RetryPolicy.standard()
                        .withAttempts(Integer.MAX_VALUE)
                        .withPauses(Duration.ofMillis(1), Duration.ofMillis(10)))
                .listener(metrics)
                .build();
        metrics.observe(pipeline::status);
        try (metrics;
                pipeline;
                MonitoringServer server = MonitoringServer.builder()
                        .health(HealthCheck.of(pipeline::status)::check)
                        .metrics(registry::scrape)
                        .start()) {
            pipeline.start();
            eventually(() -> get(server, "/ready").statusCode() == 200);
            assertThat(Scrape.of(get(server, "/metrics").body()).value("cdc_source_up{" + SOURCE))
                    .isOne();

            away.set(true);
            eventually(() -> get(server, "/ready").statusCode() == 503);
            assertThat(get(server, "/ready").body())
                    .contains("\"status\":\"down\"", "the source fails, and is tried again")
                    .doesNotContain(SECRET);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
            eventually(() -> Scrape.of(get(server, "/metrics").body()).value("cdc_source_up{" + SOURCE) == 0);
            Scrape scrape = Scrape.of(get(server, "/metrics").body());
            assertThat(scrape.value("cdc_source_up{" + SOURCE)).isZero();
            assertThat(scrape.value("cdc_source_retries_total{" + SOURCE)).isPositive();

            away.set(false);
            eventually(() -> get(server, "/ready").statusCode() == 200);
            eventually(() -> Scrape.of(get(server, "/metrics").body()).value("cdc_source_up{" + SOURCE) == 1);
        }
    }

    /** A source that can be away, and tells a backlog. */
    private static final class Leaving implements Source {
        private final ScriptedSource source;
        private final AtomicBoolean away;

        Leaving(ScriptedSource source, AtomicBoolean away) {
            this.source = source;
            this.away = away;
        }

        @Override
        public Set<SourceCapability> capabilities() {
            return source.capabilities();
        }

        @Override
        public void open(Lanes lanes) {
            source.open(lanes);
        }

        @Override
        public EventBatch poll(Duration maxWait) throws InterruptedException {
            if (away.get()) {
                throw new Retryable(SECRET);
            }
            return source.poll(maxWait);
        }

        @Override
        public void acknowledge(Positions durable) {
            source.acknowledge(durable);
        }

        @Override
        public Backlog backlog() {
            return Backlog.ofOffsets(33);
        }

        @Override
        public String halt() {
            return source.halt();
        }

        @Override
        public void close() {
            source.close();
        }
    }

    @Test
    void aHaltedLaneIsSeen() {
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("lane", persons())
                .append(
                        "other",
                        EventScript.create().insert(Row.of(PERSON, 99L, SECRET)).take());
        origin.spoil("other", Position.of(1), SECRET);
        ScriptedSource source =
                ScriptedSource.over(origin).skipsUndecodable().endless().build();
        PipelineMetrics metrics = PipelineMetrics.builder("people", registry)
                .source("script", new Leaving(source, new AtomicBoolean()))
                .build();
        Pipeline pipeline = Pipeline.builder("people")
                .source(source)
                .sink("memory", InMemorySink.on(target))
                .listener(metrics)
                .build();
        metrics.observe(pipeline::status);
        try (metrics;
                pipeline;
                MonitoringServer server = MonitoringServer.builder()
                        .health(HealthCheck.of(pipeline::status)::check)
                        .metrics(registry::scrape)
                        .start()) {
            pipeline.start();
            eventually(() -> Scrape.of(get(server, "/metrics").body()).value("cdc_source_halted_lanes{" + SOURCE) == 1);
            Scrape scrape = Scrape.of(get(server, "/metrics").body());
            assertThat(scrape.value("cdc_source_backlog_offsets{" + SOURCE)).isEqualTo(33);
            assertThat(scrape.value("cdc_errors_total{category=\"parsing\",pipeline=\"people\"}"))
                    .isOne();
            assertThat(get(server, "/ready").body()).contains("lane 'other' is halted");
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the condition came true in time").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private Scrape awaitCommitted(MonitoringServer server) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            String text = get(server, "/metrics").body();
            Scrape scrape = Scrape.of(text);
            Double committed = scrape.samples().get("cdc_sink_committed_events_total{" + SINK + "}");
            Double uncommitted = scrape.samples().get("cdc_sink_uncommitted_rows{" + SINK + "}");
            if (committed != null && committed == 9.0 && uncommitted != null && uncommitted == 0.0) {
                return scrape;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("nine rows were not committed within 20 seconds:\n" + text);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
