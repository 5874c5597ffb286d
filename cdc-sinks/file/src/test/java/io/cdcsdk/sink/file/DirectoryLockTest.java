package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks within one process and between two. */
class DirectoryLockTest {
    @TempDir
    Path directory = Path.of("");

    /** Ends with 0 if it gets the lock, and with 1 if not. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws IOException {
            System.exit(DirectoryLock.tryLock(Path.of(arguments[0])) == null ? 1 : 0);
        }
    }

    private static int otherProcess(Path path) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        path.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void aFailedAttemptInTheSameProcessLeavesTheLockToItsHolder() throws Exception {
        Path path = directory.resolve("lock");
        DirectoryLock held = DirectoryLock.tryLock(path);
        assertThat(held).isNotNull();
        try (held) {
            assertThat(DirectoryLock.tryLock(path)).isNull();
            assertThat(DirectoryLock.tryLock(directory.resolve("x/../lock").normalize()))
                    .isNull();
            assertThat(otherProcess(path)).isEqualTo(1);
        }
        assertThat(otherProcess(path)).isZero();
        try (DirectoryLock again = DirectoryLock.tryLock(path)) {
            assertThat(again).isNotNull();
        }
    }
}
