package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.testkit.kill.Child;
import io.cdcsdk.testkit.kill.ChildProgram;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
        try (Child child = ChildProgram.of(OtherProcess.class, path.toString()).start()) {
            return child.exitCode();
        }
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

    @Test
    void closingTwiceLeavesTheLockToTheNextHolder() throws Exception {
        Path path = directory.resolve("lock");
        DirectoryLock first = DirectoryLock.lock(path);
        first.close();
        try (DirectoryLock next = DirectoryLock.lock(path)) {
            first.close();
            assertThat(next).isNotNull();
            assertThat(DirectoryLock.tryLock(path)).isNull();
        }
    }

    @Test
    void aSecondSinkOfTheSameProcessLeavesTheFirstItsLock() throws Exception {
        StateFolder folder = new StateFolder(directory);
        try (FileSink first = FileSink.builder().directory(directory).build()) {
            first.open();
            Path alive = lockOfTheOnlySink(folder);
            try (FileSink second = FileSink.builder().directory(directory).build()) {
                second.open();
                assertThat(otherProcess(alive)).isEqualTo(1);
            }
            assertThat(otherProcess(alive)).isEqualTo(1);
            assertThat(otherProcess(folder.lock())).isZero();
        }
    }

    private static Path lockOfTheOnlySink(StateFolder folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.work())) {
            List<Path> locks = files.filter(file -> file.toString().endsWith(StateFolder.LOCK_ENDING))
                    .toList();
            assertThat(locks).hasSize(1);
            return locks.get(0);
        }
    }

    @Test
    void aSecondCopyOfTheLibraryInTheSameProcessLeavesTheLockToItsHolder() throws Exception {
        Path path = directory.resolve("lock");
        List<URL> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classes.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader =
                        new URLClassLoader(classes.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
                DirectoryLock held = DirectoryLock.tryLock(path)) {
            assertThat(held).isNotNull();
            Method tryLock = loader.loadClass(DirectoryLock.class.getName()).getDeclaredMethod("tryLock", Path.class);
            tryLock.setAccessible(true);
            assertThatThrownBy(() -> tryLock.invoke(null, path))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .matches(cause -> cause.getClass().getName().equals(Fatal.class.getName()))
                    .hasMessageContaining("is locked by another copy of this library in the same process");
            assertThat(otherProcess(path)).isEqualTo(1);
        }
    }
}
