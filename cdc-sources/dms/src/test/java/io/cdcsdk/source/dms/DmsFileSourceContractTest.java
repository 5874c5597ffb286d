package io.cdcsdk.source.dms;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.testkit.SchemaGenerator;
import io.cdcsdk.testkit.SourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of sources, held by one that watches files with the bare columns. */
class DmsFileSourceContractTest extends SourceContract {
    private static final TableSchema SCHEMA = SchemaGenerator.everyType(TableId.of("public", "everything"));

    @TempDir
    private Path root;

    private ContractFiles files;

    @BeforeEach
    void files() {
        files = ContractFiles.narrow(root, SCHEMA);
    }

    @Override
    protected Source newSource() {
        return DmsFileSource.builder()
                .directory(root)
                .table(SCHEMA)
                .noSupplementalText(ContractFiles.NO_SUPPLEMENTAL)
                .watch(DmsOption.Watch.ON)
                .listInterval(Duration.ofMillis(20))
                .settleTime(Duration.ZERO)
                .build();
    }

    @Override
    protected TableSchema schema() {
        return SCHEMA;
    }

    @Override
    protected void produce(List<? extends ChangeEvent> changes) throws IOException {
        files.changes(changes);
    }

    @Override
    protected void produceUndecodable() throws IOException {
        files.undecodable();
    }

    @Override
    protected void produceSnapshot(List<Row> rows) throws IOException {
        files.snapshot(rows);
    }

    /** Without before-image columns an update has no row before. */
    @Override
    protected RowChange delivered(RowChange produced) {
        return RowChange.of(
                produced.operation(),
                produced.after() == null ? produced.before() : null,
                produced.after(),
                produced.origin());
    }

    @Override
    protected Set<ColumnState> states() {
        return Set.of(ColumnState.VALUE, ColumnState.NULL, ColumnState.ABSENT);
    }

    @Override
    protected boolean loseHistory() throws IOException {
        files.deleteAll();
        return true;
    }

    @Override
    protected Optional<Path> directory() {
        return Optional.of(root);
    }
}
