package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.testkit.kill.Child;
import io.cdcsdk.testkit.kill.ChildProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Processes that use a store: one that dies in the middle, one that comes second. */
final class ChildProcess {
    static final int HALTED = 7;
    static final int REFUSED = 8;
    private static final int HEAP_MEGABYTES = 256;

    private ChildProcess() {}

    /** Runs a class with arguments, waits for its end, and asserts its exit code; gives what it said. */
    static String run(int exitCode, Class<?> program, String... arguments) throws IOException, InterruptedException {
        try (Child child = ChildProgram.of(program, arguments)
                .heapMegabytes(HEAP_MEGABYTES)
                .start()) {
            int code = child.exitCode();
            String output = String.join("\n", child.lines());
            assertThat(code).as(output).isEqualTo(exitCode);
            return output;
        }
    }

    private static RocksHistoryStore open(String directory) {
        RocksHistoryStore store = RocksHistoryStore.builder()
                .directory(Path.of(directory))
                .writeBuffers(2 << 20)
                .build();
        store.open();
        return store;
    }

    /** Goes on with a script for some batches, and then until a timer halts the process. */
    static final class Halting {
        private Halting() {}

        /**
         * Runs.
         *
         * @param arguments the directory, the script's seed, how many batches go well, and microseconds until the halt
         */
        public static void main(String[] arguments) {
            Script script = CrashTest.script(Long.parseLong(arguments[1]));
            int well = Integer.parseInt(arguments[2]);
            long micros = Long.parseLong(arguments[3]);
            RocksHistoryStore store = open(arguments[0]);
            int from = script.covered(Script.claim(store));
            script.run(store, from, from + well);
            Thread timer = new Thread(() -> {
                long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                Runtime.getRuntime().halt(HALTED);
            });
            timer.start();
            script.run(store, from + well, script.size());
            Runtime.getRuntime().halt(HALTED);
        }
    }

    /** Ends with {@link #REFUSED} if it cannot open a store, and says why. */
    static final class Second {
        private Second() {}

        public static void main(String[] arguments) {
            try {
                open(arguments[0]).close();
            } catch (Fatal e) {
                System.out.println(e.getMessage());
                System.exit(REFUSED);
            }
        }
    }
}
