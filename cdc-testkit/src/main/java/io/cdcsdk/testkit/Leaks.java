package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds threads and open files that a closed source or sink has left behind. */
final class Leaks {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private final Set<Thread> threads = threads();

    /** Remembers the threads there are. */
    Leaks() {}

    private static Set<Thread> threads() {
        Set<Thread> live = new HashSet<>(Thread.getAllStackTraces().keySet());
        live.removeIf(Leaks::belongsToTheVirtualMachine);
        return live;
    }

    /** Cleaners, the common pool, compilers: they come and go without anybody's doing. */
    private static boolean belongsToTheVirtualMachine(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return !thread.isAlive()
                || group == null
                || group.getParent() == null
                || group.getName().equals("InnocuousThreadGroup")
                || thread.getName().startsWith("ForkJoinPool.commonPool");
    }

    /** Asserts that every thread started since has ended, or does so in time. */
    void assertNoThread(Duration patience) {
        assertEmptyInTime("threads left behind", patience, () -> {
            Set<Thread> live = threads();
            live.removeAll(threads);
            return live.stream().map(Thread::toString).toList();
        });
    }

    /** Asserts that no file under a folder is open in this process; on Linux only, elsewhere it passes. */
    static void assertNoOpenFile(Path directory, Duration patience) {
        if (Files.isDirectory(OPEN_FILES)) {
            assertEmptyInTime("files left open", patience, () -> openFiles(directory));
        }
    }

    private static List<String> openFiles(Path directory) {
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(OPEN_FILES)) {
            Path real = directory.toRealPath();
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).startsWith(real)) {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        } catch (IOException e) {
            // A descriptor was closed while it was looked at: the next attempt sees a new list.
            return List.of("could not be listed: " + e);
        }
        return open;
    }

    private static void assertEmptyInTime(String what, Duration patience, Supplier<List<String>> found) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> left = found.get();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE);
            left = found.get();
        }
        assertThat(left).as(what).isEmpty();
    }
}
