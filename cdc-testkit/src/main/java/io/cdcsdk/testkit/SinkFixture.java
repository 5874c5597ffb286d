package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What {@link SinkContract} needs to know of a sink, and what its checks share. */
abstract class SinkFixture {
    private final List<SinkSession> sessions = new ArrayList<>();

    /**
     * Makes a sink that has not been opened. Every sink of one test method writes to the same target, so that a second one is
     * a restart of the first or its rival; every test method starts with an empty target. May be called by several threads.
     */
    protected abstract Sink newSink();

    /**
     * The rows that any reader of the target sees now, in any order, as rows of the given schema; none where the target does
     * not have the table yet. Reads the target itself, never a sink.
     */
    protected abstract List<Row> rows(TableSchema schema) throws Exception;

    /**
     * The states that a reader of the target can tell apart. A column in one of the others reads as null. By default {@link
     * ColumnState#VALUE} and {@link ColumnState#NULL}.
     */
    protected Set<ColumnState> storedStates() {
        return Set.of(ColumnState.VALUE, ColumnState.NULL);
    }

    /** How long to wait for what happens in the background; 30 seconds by default. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /**
     * The places at which a sink can be made to die, such as "after the intent record": each one is tried, and a new sink must
     * find data and cursor in step. None by default.
     */
    protected List<String> crashPoints() {
        return List.of();
    }

    /**
     * Makes a sink on the same target that throws whatever it likes at a crash point, the first time it comes there in {@link
     * Sink#commit}, and leaves everything as it lies there, as a killed process would.
     */
    protected Sink newSinkFailingAt(String crashPoint) {
        throw new UnsupportedOperationException(
                "the fixture names crash point '" + crashPoint + "' but makes no such sink");
    }

    /** The folder in which the sink keeps its files, target included; by default none. */
    protected Optional<Path> directory() {
        return Optional.empty();
    }

    /** Whether a regular file under {@link #directory()} may be there when no sink is open; by default all may. */
    protected boolean belongsToTarget(Path file) {
        return true;
    }

    /** A session with a new sink, opened; closed after the test unless the test has closed it. */
    final SinkSession open() {
        return open(newSink());
    }

    /** Writes and commits events with a sink of its own. */
    final void deliver(String lane, List<? extends ChangeEvent> events) {
        try (SinkSession session = open()) {
            session.claim(lane);
            session.write(lane, events);
            session.commit();
        }
    }

    final SinkSession open(Sink sink) {
        SinkSession session = new SinkSession(sink);
        sessions.add(session);
        sink.open();
        return session;
    }

    final Set<SinkCapability> capabilities() {
        Sink sink = newSink();
        try {
            return sink.capabilities();
        } finally {
            sink.close();
        }
    }

    /** Assumes that the sink declares a capability; without it the check does not apply. */
    final void assumeCapable(SinkCapability capability) {
        assumeTrue(capabilities().contains(capability), () -> "the sink does not declare " + capability);
    }

    /** A simple table with a key; every test may use several. */
    static TableSchema table(String name) {
        return TableSchema.builder(TableId.of("shop", name))
                .key("id", LogicalType.INT64)
                .column("name", LogicalType.STRING)
                .column("amount", LogicalType.decimal(12, 2))
                .build();
    }

    /** A row of {@link #table}. */
    static Row row(TableSchema schema, long id, String name) {
        return Row.of(schema, id, name, BigDecimal.valueOf(id * 100 + name.length(), 2));
    }

    static Row onlyKey(TableSchema schema, long id) {
        return Row.builder(schema).set("id", id).build();
    }

    final void assertRows(TableSchema schema, Row... expected) {
        assertRows("the table", schema, List.of(expected));
    }

    /** Asserts what any reader sees now. */
    final void assertRows(String description, TableSchema schema, Collection<Row> expected) {
        assertThat(visible(schema))
                .as("%s %s", description, schema.table())
                .containsExactlyInAnyOrderElementsOf(Images.of(expected, storedStates()));
    }

    final List<Map<String, Object>> visible(TableSchema schema) {
        return Images.of(read(schema), storedStates());
    }

    final List<Row> read(TableSchema schema) {
        try {
            return rows(schema);
        } catch (Exception e) {
            throw new AssertionError("the fixture could not read " + schema.table(), e);
        }
    }

    /** The cursor that a new sink finds; its claim takes the lane away from every other sink. */
    final @Nullable Position cursorOfNewSink(TableSchema schema, String lane) {
        try (SinkSession session = open()) {
            session.claim(lane);
            return session.cursor(session.sink().target(schema.table()), lane);
        }
    }

    static Position last(List<? extends ChangeEvent> events) {
        return events.get(events.size() - 1).position();
    }

    @AfterEach
    final void closeSessions() {
        sessions.forEach(SinkSession::close);
    }
}
