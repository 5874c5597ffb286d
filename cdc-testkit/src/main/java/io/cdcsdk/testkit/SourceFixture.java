package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@link SourceContract} needs to know of a source, and what its checks share. */
abstract class SourceFixture {
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
}
