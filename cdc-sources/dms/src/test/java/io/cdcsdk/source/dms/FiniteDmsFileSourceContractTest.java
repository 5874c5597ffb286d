package io.cdcsdk.source.dms;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
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

/** The contract of sources, held by one that reads files with headers and before images to their end. */
class FiniteDmsFileSourceContractTest extends SourceContract {
    private static final TableSchema SCHEMA = SchemaGenerator.everyType(TableId.of("public", "everything"));

    @TempDir
    private Path root;

    private ContractFiles files;

    @BeforeEach
    void files() {
        files = ContractFiles.wide(root, SCHEMA);
    }

    @Override
    protected Source newSource() {
        return DmsFileSource.builder()
                .directory(root)
                .table(SCHEMA)
                .header(DmsOption.Header.PRESENT)
                .noSupplementalText(ContractFiles.NO_SUPPLEMENTAL)
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
