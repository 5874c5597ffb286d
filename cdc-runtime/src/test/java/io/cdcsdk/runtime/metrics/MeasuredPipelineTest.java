package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.BreakerPolicy;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.RetryPolicy;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.http.MonitoringServer;
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
import java.util.concurrent.locks.LockSupport;
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
    private static final class Refusal implements Transform {
        @Override
        public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
            if (event instanceof RowChange change
                    && change.operation() == Operation.INSERT
                    && Long.valueOf(BAD).equals(change.image().value(0))) {
                throw new BadRecord(ErrorCategory.VALIDATION, "breaks a rule: " + SECRET);
            }
            return event;
        }
    }

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
                .validation(() -> List.of(new RuleCount("public.*", "id", "is not five", "reject", 1)))
                .build();
        Pipeline pipeline = Pipeline.builder("people")
                .source(source)
                .transform(new Refusal())
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
