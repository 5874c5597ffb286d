package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.testkit.kill.ChildProgram;
import io.cdcsdk.testkit.kill.CrashPoints;
import io.cdcsdk.testkit.kill.KillContract;
import io.cdcsdk.testkit.kill.KillStream;
import io.cdcsdk.testkit.kill.KillableSink;
import io.cdcsdk.testkit.kill.KillableSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The file sink against the contract of kills. */
class FileSinkKillTest extends KillContract {
    /** A pipeline into a directory. */
    static final class Program {
        private Program() {}

        /** Runs: the directory, and the number of commits. */
        public static void main(String[] arguments) {
            FileSink sink = FileSink.builder()
                    .directory(Path.of(arguments[0]))
                    .watcher((point, path) -> CrashPoints.pass(name(point)))
                    .build();
            Pipeline.builder("killed")
                    .source(KillableSource.of(KillStream.source(Integer.parseInt(arguments[1]))))
                    .sink("files", KillableSink.of(sink))
                    .commit(CommitBounds.standard().withRows(KillStream.ROWS_PER_COMMIT))
                    .build()
                    .stopOnTermination()
                    .run();
        }
    }

    private static String name(DiskPoint point) {
        return "disk-" + point.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    protected ChildProgram program(Path target, int commits) {
        return ChildProgram.of(Program.class, target.toString(), String.valueOf(commits));
    }

    @Override
    protected void assertSame(Path undisturbed, Path disturbed) throws Exception {
        assertThat(disturbed.resolve("person.csv")).hasSameBinaryContentAs(undisturbed.resolve("person.csv"));
        assertThat(TableFiles.temporary(disturbed)).isEqualTo(TableFiles.temporary(undisturbed));
    }

    @Override
    protected Set<String> adapterPoints() {
        return Arrays.stream(DiskPoint.values()).map(FileSinkKillTest::name).collect(Collectors.toSet());
    }
}
