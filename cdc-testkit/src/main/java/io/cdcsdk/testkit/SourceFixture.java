package io.cdcsdk.testkit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What {@link SourceContract} needs to know of a source, and what its checks share. */
abstract class SourceFixture {
    private final List<SourceSession> sessions = new ArrayList<>();

    /**
     * Makes a source that has not been opened. Every source of one test method reads the same origin, so that a second one is
     * a restart of the first; every test method starts with an empty origin.
     */
    protected abstract Source newSource();

    /** A schema that the source can serve, with a key; the more types among its columns, the more is checked. */
    protected abstract TableSchema schema();

    /**
     * Makes the origin undergo changes, in this order, as one transaction where it has transactions. Their {@link
     * ChangeEvent#origin() origins} are placeholders. There are {@linkplain RowChange row changes} of {@link #schema()} that
     * insert, update (with a complete row before and after) and delete, and truncates if the source declares them. After the
     * return a source that is polled finds them. A source that declares {@link SourceCapability#FINITE} is only opened after
     * the last call.
     */
    protected abstract void produce(List<? extends ChangeEvent> changes) throws Exception;

    /**
     * Makes the origin hold a snapshot of these rows of {@link #schema()}, before any call of {@link #produce}; needed only where
     * {@link SourceCapability#SNAPSHOT} is declared. The snapshot may complete as late as at the next change.
     */
    protected void produceSnapshot(List<Row> rows) throws Exception {
        throw new UnsupportedOperationException("a fixture of a source with snapshots must implement produceSnapshot");
    }

    /**
     * Makes the origin hold one record, behind everything that was produced and in a transaction of its own where it has any, that
     * the source cannot decode and can go on behind; between events of one lane, if {@link #produce} is called before and
     * afterwards. Needed only where {@link SourceCapability#SKIPS_UNDECODABLE} is declared.
     */
    protected void produceUndecodable() throws Exception {
        throw new UnsupportedOperationException("a fixture of a source that skips must implement produceUndecodable");
    }

    /**
     * A produced row change as the source delivers it, for example without its before image or with only the key of a deleted
     * row; by default unchanged. Its origin does not matter.
     */
    protected RowChange delivered(RowChange produced) {
        return produced;
    }

    /** The column states that the origin can express; by default {@link ColumnState#VALUE} and {@link ColumnState#NULL}. */
    protected Set<ColumnState> states() {
        return Set.of(ColumnState.VALUE, ColumnState.NULL);
    }

    /**
     * Makes the origin lose everything produced so far, as if a log had been cut or a folder emptied.
     *
     * @return false where that cannot happen, which is the default
     */
    protected boolean loseHistory() throws Exception {
        return false;
    }

    /** How long to wait until the source has delivered what is there; 30 seconds by default. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** The folder in which the source reads files; by default none. */
    protected Optional<Path> directory() {
        return Optional.empty();
    }

    /** A session with a new source that starts where it is told; closed after the test unless the test has closed it. */
    final SourceSession open(Positions resume) {
        return session(resume).open();
    }

    final SourceSession session(Positions resume) {
        SourceSession session = new SourceSession(newSource(), resume);
        sessions.add(session);
        return session;
    }

    final Set<SourceCapability> capabilities() {
        Source source = newSource();
        try {
            return source.capabilities();
        } finally {
            source.close();
        }
    }

    final void assumeCapable(SourceCapability capability) {
        assumeTrue(capabilities().contains(capability), () -> "the source does not declare " + capability);
    }

    /** Assumes that the source can be given more to read while it runs. */
    final void assumeEndless() {
        assumeFalse(capabilities().contains(SourceCapability.FINITE), "the source declares FINITE");
    }

    /** Inserts, updates and deletes of rows with the states that the origin can express. */
    final List<RowChange> changes(long seed, int count) {
        Random random = new Random(seed);
        RowGenerator generator = new RowGenerator(seed);
        Map<List<Object>, Row> table = new LinkedHashMap<>();
        EventScript script = EventScript.create();
        for (int i = 0; i < count; i++) {
            int dice = random.nextInt(4);
            if (table.isEmpty() || dice < 2) {
                insert(generator, table, script);
                continue;
            }
            Row old = List.copyOf(table.values()).get(random.nextInt(table.size()));
            if (dice == 2) {
                Row updated = withKeyOf(old, generator.row(schema(), states()));
                table.put(Images.key(old), updated);
                script.update(old, updated);
            } else {
                table.remove(Images.key(old));
                script.delete(old);
            }
        }
        return script.take().stream().map(RowChange.class::cast).toList();
    }

    private void insert(RowGenerator generator, Map<List<Object>, Row> table, EventScript script) {
        Row row = generator.row(schema(), states());
        while (table.containsKey(Images.key(row))) {
            row = generator.row(schema(), states());
        }
        table.put(Images.key(row), row);
        script.insert(row);
    }

    private static Row withKeyOf(Row keyed, Row row) {
        Row.Builder builder = row.toBuilder();
        for (int i = 0; i < row.schema().keySize(); i++) {
            int ordinal = row.schema().keyOrdinal(i);
            builder.copy(ordinal, keyed, ordinal);
        }
        return builder.build();
    }

    /** Produces so many changes, and returns them as the source must deliver them. */
    final List<RowChange> produceChanges(long seed, int count) throws Exception {
        List<RowChange> changes = changes(seed, count);
        produce(changes);
        return changes.stream().map(this::delivered).toList();
    }

    /** What happened to each key, in order, without origins. */
    static Map<List<Object>, List<Object>> byKey(List<? extends ChangeEvent> events) {
        Map<List<Object>, List<Object>> byKey = new LinkedHashMap<>();
        for (ChangeEvent event : events) {
            if (event instanceof RowChange change) {
                byKey.computeIfAbsent(Images.key(change.image()), none -> new ArrayList<>())
                        .add(Arrays.asList(change.operation(), image(change.before()), image(change.after())));
            }
        }
        return byKey;
    }

    private static @Nullable Object image(@Nullable Row row) {
        return row == null ? null : Images.of(row, EnumSet.allOf(ColumnState.class));
    }

    @AfterEach
    final void closeSessions() {
        sessions.forEach(SourceSession::close);
    }
}
