package io.cdcsdk.sink.file;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.testkit.SinkContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The file sink against the contract of sinks, for one format. */
abstract class FileSinkContract extends SinkContract {
    private final FileSink.Format format;
    private final String extension;

    @TempDir
    Path directory = Path.of("");

    FileSinkContract(FileSink.Format format, String extension) {
        this.format = format;
        this.extension = extension;
    }

    private FileSink.Builder builder() {
        return FileSink.builder().directory(directory).format(format).sortMemory(1 << 16);
    }

    @Override
    protected Sink newSink() {
        return builder().build();
    }

    @Override
    protected List<Row> rows(TableSchema schema) throws IOException {
        FileNames names = new FileNames(null, extension);
        return TableFiles.read(directory.resolve(names.of(schema.table())), schema);
    }

    @Override
    protected List<String> crashPoints() {
        return Arrays.stream(DiskPoint.values()).map(DiskPoint::name).toList();
    }

    /** Dies at the first time after the claim; what is deleted in a commit is the record of the intent. */
    @Override
    protected Sink newSinkFailingAt(String crashPoint) {
        DiskPoint wanted = DiskPoint.valueOf(crashPoint);
        boolean delete = wanted == DiskPoint.BEFORE_DELETE || wanted == DiskPoint.AFTER_DELETE;
        Path lanes = new StateFolder(directory).lanes();
        boolean[] claimed = {false};
        boolean[] died = {false};
        return builder()
                .watcher((point, path) -> {
                    boolean record = path.toString().endsWith(StateFolder.INTENT_ENDING);
                    if (claimed[0] && !died[0] && point == wanted && (record || !delete)) {
                        died[0] = true;
                        throw new PowerFailure(crashPoint);
                    }
                    claimed[0] |= point == DiskPoint.AFTER_DIRECTORY_SYNC && path.equals(lanes);
                })
                .build();
    }

    @Override
    protected Optional<Path> directory() {
        return Optional.of(directory);
    }

    @Override
    protected boolean belongsToTarget(Path file) {
        return TableFiles.belongs(directory, file);
    }
}
