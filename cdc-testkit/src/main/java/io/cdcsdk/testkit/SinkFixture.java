package io.cdcsdk.testkit;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** What {@link SinkContract} needs to know of a sink, and what its checks share. */
abstract class SinkFixture {
    private final List<SinkSession> sessions = new ArrayList<>();

    /**
     * Makes a sink that has not been opened. Every sink of one test method writes to the same target, so that a second one is
     * a restart of the first or its rival; every test method starts with an empty target.
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

    @AfterEach
    final void closeSessions() {
        sessions.forEach(SinkSession::close);
    }
}
