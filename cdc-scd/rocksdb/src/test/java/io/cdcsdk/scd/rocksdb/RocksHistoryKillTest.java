package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.scd.Scd2Sink;
import io.cdcsdk.testkit.kill.ChildProgram;
import io.cdcsdk.testkit.kill.CrashPoints;
import io.cdcsdk.testkit.kill.KillContract;
import io.cdcsdk.testkit.kill.KillStream;
import io.cdcsdk.testkit.kill.KillableSink;
import io.cdcsdk.testkit.kill.KillableSource;
import io.cdcsdk.testkit.kill.Successor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The history on disk against the contract of kills. */
class RocksHistoryKillTest extends KillContract {
    /** A pipeline into a directory. */
    static final class Program {
        private Program() {}

        /** Runs: the directory, and the number of commits. */
        public static void main(String[] arguments) {
            RocksHistoryStore store = store(Path.of(arguments[0]))
                    .watcher(point -> CrashPoints.pass(name(point)))
                    .build();
            Pipeline.builder("killed")
                    .source(KillableSource.of(KillStream.source(Integer.parseInt(arguments[1]))))
                    .sink("history", KillableSink.of(Scd2Sink.builder(store).build()))
                    .commit(CommitBounds.standard().withRows(KillStream.ROWS_PER_COMMIT))
                    .build()
                    .stopOnTermination()
                    .run();
        }
    }

    private static String name(WriteWatcher.Point point) {
        return "store-" + point.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static RocksHistoryStore.Builder store(Path directory) {
        return RocksHistoryStore.builder().directory(directory).writeBuffers(2 << 20);
    }

    @Override
    protected ChildProgram program(Path target, int commits) {
        return ChildProgram.of(Program.class, target.toString(), String.valueOf(commits));
    }

    @Override
    protected void assertSame(Path undisturbed, Path disturbed) {
        assertThat(contents(disturbed)).isNotEmpty().isEqualTo(contents(undisturbed));
    }

    private static List<String> contents(Path directory) {
        try (RocksHistoryStore store = store(directory).build()) {
            store.open();
            return Script.contents(store);
        }
    }

    @Override
    protected Set<String> adapterPoints() {
        return Arrays.stream(WriteWatcher.Point.values())
                .map(RocksHistoryKillTest::name)
                .collect(Collectors.toSet());
    }

    @Override
    protected Successor successor() {
        return Successor.IS_REFUSED;
    }
}
