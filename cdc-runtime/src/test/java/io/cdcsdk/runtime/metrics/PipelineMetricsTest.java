package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.ScriptedSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PipelineMetricsTest {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("public", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .build();
    private static final String SECRET = "4711-very-secret";

    private final MockClock clock = new MockClock();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
    private final Validate named = Validate.table("public.*").notNull("name").onViolation(Validate.Action.WARN);
    private @Nullable Backlog backlog;
    private final PipelineMetrics metrics = PipelineMetrics.builder("people", registry)
            .source("dms", new BacklogSource(() -> backlog))
            .validation(
                    named,
                    named.rule("is Ada", row -> false),
                    Validate.table("public.*").notNull("name"))
            .build();

    private static EventBatch batch(List<? extends ChangeEvent> events) {
        return EventBatch.of(
                "lane",
                Collections.unmodifiableList(events),
                Position.of(events.size()),
                100L * events.size(),
                EventBatch.Boundary.TRANSACTION_END);
    }

    private static List<ChangeEvent> everyKind() {
        Row row = Row.of(PERSON, 1L, SECRET);
        return EventScript.create()
                .snapshot(PERSON, row)
                .insert(row)
                .insert(row)
                .update(row, row)
                .update(row, row)
                .update(row, row)
                .delete(row)
                .truncate(PERSON)
                .schemaChange(PERSON, PERSON)
                .take();
    }

    private static PipelineListener.Committed committed(long rows, Duration took) {
        return new PipelineListener.Committed(
                "files", new Commit(List.of(), EventBatch.Boundary.TRANSACTION_END), rows, rows * 100, took);
    }

    private static DeadLetterRecord.Letter letter(@Nullable ErrorCategory category) {
        return new DeadLetterRecord.Letter(
                "lane",
                Position.of(1),
                "public.person",
                List.of(SECRET),
                null,
                0,
                category == null ? null : new DeadLetterRecord.Fault(category, SECRET, "java.lang.Exception"),
                1,
                Instant.EPOCH);
    }

    private Scrape scrape() {
        clock.add(Duration.ofSeconds(1));
        return Scrape.of(registry.scrape());
    }

    private void everythingHappens() {
        backlog = Backlog.ofBytes(12345);
        EventScript.create()
                .insert(Row.of(PERSON, 1L, null))
                .insert(Row.of(PERSON, 2L, SECRET))
                .insert(Row.of(PERSON, 3L, null))
                .take()
                .forEach(event -> named.apply(event, PERSON));
        Duration age = Duration.ofSeconds(5);
        metrics.observe(() -> Statuses.of(age, Statuses.sink("files", Breaker.HALF_OPEN, age)));
        metrics.read(batch(everyKind()));
        metrics.written("files", batch(everyKind()));
        clock.add(Duration.ofSeconds(4));
        metrics.committed(committed(11, Duration.ofMillis(250)));
        metrics.retried(new PipelineListener.Retried(null, 1, Duration.ZERO, new Retryable(SECRET)));
        metrics.retried(new PipelineListener.Retried("files", 1, Duration.ZERO, new Retryable(SECRET)));
        metrics.retried(
                new PipelineListener.Retried("files", 2, Duration.ZERO, new BadRecord(ErrorCategory.SCHEMA, SECRET)));
        metrics.failed(new PipelineListener.Failed(null, ErrorCategory.PARSING, new BadRecord(SECRET)));
        metrics.breakerChanged("files", Breaker.OPEN);
        metrics.breakerChanged("files", Breaker.HALF_OPEN);
        metrics.breakerChanged("files", Breaker.OPEN);
        metrics.setAside(
                "files",
                List.of(letter(ErrorCategory.TOO_LATE), letter(ErrorCategory.VALIDATION), letter(null), letter(null)));
        metrics.resolved(
                "files",
                new DeadLetterRecord.Resolved(
                        List.of(new DeadLetterRecord.Id("a", 0), new DeadLetterRecord.Id("a", 1)),
                        DeadLetterRecord.Resolution.REPLAYED));
    }

    @Test
    void showsEverythingThatHappened() {
        everythingHappens();
        Scrape scrape = scrape();

        String source = "{pipeline=\"people\",source=\"dms\"}";
        String sink = "{pipeline=\"people\",sink=\"files\"}";
        Map<String, Double> expected = new TreeMap<>();
        expected.put("cdc_pipeline_phase{phase=\"running\",pipeline=\"people\"}", 1.0);
        expected.put("cdc_pipeline_phase{phase=\"failed\",pipeline=\"people\"}", 0.0);
        Map.of("snapshot", 1, "insert", 2, "update", 3, "delete", 1, "truncate", 1, "schema-change", 1)
                .forEach((operation, count) -> {
                    String tags = "{operation=\"" + operation + "\",pipeline=\"people\",";
                    expected.put("cdc_source_events_total" + tags + "source=\"dms\"}", (double) count);
                    expected.put("cdc_sink_events_total" + tags + "sink=\"files\"}", (double) count);
                });
        for (String operation : List.of("snapshot-started", "snapshot-completed")) {
            expected.put(
                    "cdc_source_events_total{operation=\"" + operation + "\",pipeline=\"people\",source=\"dms\"}", 1.0);
        }
        expected.put("cdc_source_bytes_total" + source, 1100.0);
        expected.put("cdc_source_lag_seconds" + source, 0.0);
        expected.put("cdc_source_backlog_bytes" + source, 12345.0);
        expected.put("cdc_source_backlog_offsets" + source, Double.NaN);
        expected.put("cdc_source_up" + source, 1.0);
        expected.put("cdc_source_halted_lanes" + source, 0.0);
        expected.put("cdc_source_poll_age_seconds" + source, 5.0);
        expected.put("cdc_source_retries_total" + source, 1.0);
        expected.put("cdc_sink_batch_seconds_count" + sink, 1.0);
        expected.put("cdc_sink_batch_seconds_sum" + sink, 4.0);
        expected.put("cdc_sink_batch_seconds_max" + sink, 4.0);
        expected.put("cdc_sink_commit_seconds_count" + sink, 1.0);
        expected.put("cdc_sink_commit_seconds_sum" + sink, 0.25);
        expected.put("cdc_sink_commit_seconds_max" + sink, 0.25);
        expected.put("cdc_sink_committed_events_total" + sink, 11.0);
        expected.put("cdc_sink_committed_bytes_total" + sink, 1100.0);
        expected.put("cdc_sink_commit_age_seconds" + sink, 5.0);
        expected.put("cdc_sink_uncommitted_rows" + sink, 7.0);
        expected.put("cdc_sink_lag_seconds" + sink, 0.0);
        expected.put("cdc_sink_queue_bytes" + sink, 2048.0);
        expected.put("cdc_sink_up" + sink, 1.0);
        expected.put("cdc_sink_retries_total" + sink, 2.0);
        expected.put("cdc_sink_breaker{pipeline=\"people\",sink=\"files\",state=\"half-open\"}", 1.0);
        expected.put("cdc_sink_breaker{pipeline=\"people\",sink=\"files\",state=\"open\"}", 0.0);
        expected.put("cdc_sink_breaker_changes_total{pipeline=\"people\",sink=\"files\",state=\"open\"}", 2.0);
        expected.put("cdc_sink_parked_keys" + sink, 3.0);
        expected.put("cdc_dead_letters_total{category=\"too-late\",pipeline=\"people\",sink=\"files\"}", 1.0);
        expected.put("cdc_dead_letters_total{category=\"behind\",pipeline=\"people\",sink=\"files\"}", 2.0);
        expected.put(
                "cdc_dead_letters_resolved_total{pipeline=\"people\",resolution=\"replayed\",sink=\"files\"}", 2.0);
        expected.put("cdc_dead_letters_unresolved" + sink, 11.0);
        expected.put("cdc_dead_letters_size_bytes" + sink, 4096.0);
        expected.put("cdc_errors_total{category=\"source\",pipeline=\"people\"}", 1.0);
        expected.put("cdc_errors_total{category=\"sink\",pipeline=\"people\"}", 1.0);
        expected.put("cdc_errors_total{category=\"parsing\",pipeline=\"people\"}", 1.0);
        expected.put("cdc_errors_total{category=\"schema\",pipeline=\"people\"}", 1.0);
        expected.put("cdc_errors_total{category=\"validation\",pipeline=\"people\"}", 1.0);
        String tables = ",tables=\"public.*\"}";
        expected.put(
                "cdc_validation_failures_total{action=\"warn\",column=\"name\",pipeline=\"people\",rule=\"is not null\""
                        + tables,
                2.0);
        expected.put(
                "cdc_validation_failures_total{action=\"reject\",column=\"name\",pipeline=\"people\",rule=\"is not null\""
                        + tables,
                0.0);
        expected.put(
                "cdc_validation_failures_total{action=\"reject\",column=\"\",pipeline=\"people\",rule=\"is Ada\""
                        + tables,
                0.0);

        assertThat(scrape.samples()).containsAllEntriesOf(expected);
        Set<String> asserted = expected.keySet().stream()
                .map(series -> series.substring(0, series.indexOf('{')).replaceFirst("_(count|sum)$", ""))
                .collect(Collectors.toSet());
        assertThat(asserted)
                .as("every metric has a value here")
                .containsAll(scrape.types().keySet());
    }

    @Test
    void isWhatTheTableInTheDocumentationSays() throws IOException {
        everythingHappens();
        List<MetricsTable.Line> table = MetricsTable.read();
        MetricsTable.assertShows(scrape());

        Map<String, String> units = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            String unit = meter.getId().getBaseUnit();
            units.put(meter.getId().getName(), unit == null ? "" : unit);
            types.put(meter.getId().getName(), meter.getId().getType().name().toLowerCase(Locale.ROOT));
        }
        assertThat(table).hasSameSizeAs(units.keySet()).allSatisfy(line -> {
            assertThat(units).containsEntry(line.name(), line.unit());
            assertThat(types).containsEntry(line.name(), line.type());
        });
    }

    @Test
    void putsNoValueAndNoMessageIntoTheText() {
        everythingHappens();
        assertThat(registry.scrape()).doesNotContain(SECRET).doesNotContain("public.person");
    }

    @Test
    void tellsLagFromTheSourceTime() {
        long micros = (clock.wallTime() - 30_000) * 1000;
        Row row = Row.of(PERSON, 1L, "Ada");
        EventBatch timed = batch(List.of(
                RowChange.insert(row, Origin.at(Position.of(1), micros)),
                RowChange.insert(row, Origin.at(Position.of(2)))));
        EventBatch untimed = batch(List.of(RowChange.insert(row, Origin.at(Position.of(3)))));
        String source = "cdc_source_lag_seconds{pipeline=\"people\",source=\"dms\"}";
        String sink = "cdc_sink_lag_seconds{pipeline=\"people\",sink=\"files\"}";
        assertThat(scrape().value(source)).isNaN();

        metrics.read(timed);
        metrics.read(untimed);
        metrics.written("files", timed);
        assertThat(scrape().value(source)).isEqualTo(32);
        assertThat(scrape().value(sink)).as("written, not committed").isNaN();
        metrics.committed(committed(0, Duration.ZERO));
        assertThat(scrape().value(sink)).as("no rows were committed").isNaN();
        metrics.committed(committed(1, Duration.ZERO));
        assertThat(scrape().value(sink)).isEqualTo(35);
    }

    @Test
    void countsBatchesOfAnySize() {
        Row row = Row.of(PERSON, 1L, "Ada");
        RowChange update = RowChange.update(null, row, Origin.at(Position.of(1)));
        RowChange delete = RowChange.delete(row, Origin.at(Position.of(1)));
        metrics.read(batch(Collections.nCopies(200_000, update)));
        metrics.read(batch(Collections.nCopies(65_536, delete)));
        metrics.read(batch(List.of()));
        Scrape scrape = scrape();
        String tags = "\",pipeline=\"people\",source=\"dms\"}";
        assertThat(scrape.value("cdc_source_events_total{operation=\"update" + tags))
                .isEqualTo(200_000);
        assertThat(scrape.value("cdc_source_events_total{operation=\"delete" + tags))
                .isEqualTo(65_536);
        assertThat(scrape.value("cdc_source_events_total{operation=\"insert" + tags))
                .isZero();
    }

    @Test
    void knowsNothingOfAPipelineThatItDoesNotObserve() {
        metrics.written("files", batch(everyKind()));
        Scrape scrape = scrape();
        assertThat(scrape.value("cdc_source_up{pipeline=\"people\",source=\"dms\"}"))
                .isNaN();
        assertThat(scrape.value("cdc_sink_queue_bytes{pipeline=\"people\",sink=\"files\"}"))
                .isNaN();
        assertThat(scrape.value("cdc_sink_lag_seconds{pipeline=\"people\",sink=\"files\"}"))
                .isNaN();
    }

    @Test
    void readsTheStatusOnceForAScrape() {
        int[] asked = {0};
        metrics.observe(() -> {
            asked[0]++;
            return Statuses.of(Duration.ZERO, Statuses.sink("files", Breaker.CLOSED, Duration.ZERO));
        });
        asked[0] = 0;
        scrape();
        assertThat(asked[0]).isOne();
        scrape();
        assertThat(asked[0]).isEqualTo(2);
    }

    @Test
    void tellsABacklogInItsUnit() {
        String source = "{pipeline=\"people\",source=\"dms\"}";
        backlog = Backlog.ofOffsets(17);
        Scrape offsets = scrape();
        assertThat(offsets.value("cdc_source_backlog_offsets" + source)).isEqualTo(17);
        assertThat(offsets.value("cdc_source_backlog_bytes" + source)).isNaN();
        backlog = Backlog.ofBytes(5);
        Scrape bytes = scrape();
        assertThat(bytes.value("cdc_source_backlog_offsets" + source)).isNaN();
        assertThat(bytes.value("cdc_source_backlog_bytes" + source)).isEqualTo(5);
    }

    @Test
    void agesDoNotDependOnTheWallClock() {
        Duration age = Duration.ofSeconds(7);
        metrics.observe(() -> Statuses.of(age, Statuses.sink("files", Breaker.CLOSED, age)));
        for (long step : new long[] {86_400, -86_400}) {
            clock.addSeconds(step);
            Scrape scrape = scrape();
            assertThat(scrape.value("cdc_source_poll_age_seconds{pipeline=\"people\",source=\"dms\"}"))
                    .isEqualTo(7);
            assertThat(scrape.value("cdc_sink_commit_age_seconds{pipeline=\"people\",sink=\"files\"}"))
                    .isEqualTo(7);
        }
    }

    @Test
    void leavesNothingInTheRegistry() {
        everythingHappens();
        metrics.close();
        metrics.written("another", batch(everyKind()));
        assertThat(registry.getMeters()).isEmpty();

        PipelineMetrics next = PipelineMetrics.builder("people", registry).build();
        next.read(batch(everyKind()));
        assertThat(scrape().value("cdc_source_bytes_total{pipeline=\"people\",source=\"source\"}"))
                .isEqualTo(1100);
    }

    @Test
    void keepsPipelinesApart() {
        PipelineMetrics orders = PipelineMetrics.builder("orders", registry).build();
        orders.read(batch(everyKind()));
        Scrape scrape = scrape();
        assertThat(scrape.value("cdc_source_bytes_total{pipeline=\"people\",source=\"dms\"}"))
                .isZero();
        assertThat(scrape.value("cdc_source_bytes_total{pipeline=\"orders\",source=\"source\"}"))
                .isEqualTo(1100);
    }

    @Test
    void refusesBlankNames() {
        assertThatThrownBy(() -> PipelineMetrics.builder(" ", registry)
                        .source("", ScriptedSource.of("lane", List.of()))
                        .build())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("pipeline")
                .hasMessageContaining("source");
    }

    @Test
    void worksWithAnyRegistry() {
        SimpleMeterRegistry simple = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        PipelineMetrics other = PipelineMetrics.builder("people", simple).build();
        other.observe(() -> new PipelineStatus(
                "people",
                PipelineStatus.Phase.NEW,
                null,
                new PipelineStatus.SourceStatus(null, null, null, Map.of()),
                List.of(Statuses.sink("files", Breaker.OPEN, Duration.ZERO))));
        other.read(batch(everyKind()));
        assertThat(simple.get("cdc.source.events")
                        .tag("operation", "update")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(simple.get("cdc.sink.breaker").tag("state", "open").gauge().value())
                .isOne();
        assertThat(simple.get("cdc.source.up").gauge().value()).isZero();
    }
}
