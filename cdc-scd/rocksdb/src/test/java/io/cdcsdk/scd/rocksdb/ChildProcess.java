package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that use a store: one that dies in the middle, one that comes second. */
final class ChildProcess {
    static final int HALTED = 7;
    static final int REFUSED = 8;

    private ChildProcess() {}

    /** Runs a class with arguments, waits for its end, and asserts its exit code; gives what it said. */
    static String run(int exitCode, Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(exitCode);
        return output;
    }

    private static RocksHistoryStore open(String directory) {
        RocksHistoryStore store = RocksHistoryStore.builder()
                .directory(Path.of(directory))
                .writeBuffers(2 << 20)
                .build();
        store.open();
        return store;
    }

    /** Goes on with a script until a timer halts the process; begins anew the second the script is done. */
    static final class Halting {
        private Halting() {}

        /**
         * Runs.
         *
         * @param arguments the directory, the script's seed and size, and after how many microseconds in commits it halts
         */
        public static void main(String[] arguments) {
            Script script = CrashTest.script(Long.parseLong(arguments[1]));
            long micros = Long.parseLong(arguments[2]);
            RocksHistoryStore store = open(arguments[0]);
            int from = script.covered(Script.claim(store));
            Thread timer = new Thread(() -> {
                long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                Runtime.getRuntime().halt(HALTED);
            });
            timer.start();
            script.run(store, from, script.size());
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
