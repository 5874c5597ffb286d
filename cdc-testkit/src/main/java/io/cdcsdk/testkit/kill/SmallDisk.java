package io.cdcsdk.testkit.kill;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** A disk in memory that a test can fill. On Linux, with the right to mount. Closing unmounts it with all it holds. */
public final class SmallDisk implements AutoCloseable {
    /** The environment variable that makes tests fail where no disk can be mounted. */
    public static final String REQUIRED = "CDC_FULL_DISK";

    private static final String BALLAST = "ballast";
    private static final int LARGE_BLOCK = 1 << 20;
    private static final int SMALL_BLOCK = 1 << 12;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /**
     * Mounts a disk.
     *
     * @param directory where; must be there
     * @param bytes its size
     * @throws IOException if it cannot be mounted here; the message says why
     */
    public static SmallDisk mount(Path directory, long bytes) throws IOException, InterruptedException {
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
        return new SmallDisk(directory);
    }

    /**
     * Mounts a disk, or skips the test with the reason where that cannot be done. Where the environment variable {@value #REQUIRED} is
     * {@code required}, the test fails instead: a build that can mount sets it, so that nothing is skipped unseen.
     *
     * @param directory where; must be there
     * @param bytes its size
     * @throws TestAbortedException if it cannot be mounted here; the message says why
     */
    public static SmallDisk mountOrSkip(Path directory, long bytes) throws InterruptedException {
        try {
            return mount(directory, bytes);
        } catch (IOException e) {
            throw unmountable("required".equals(System.getenv(REQUIRED)), e);
        }
    }

    /** What is thrown where no disk can be mounted; throws itself if there has to be one. */
    static TestAbortedException unmountable(boolean required, IOException cause) {
        String message =
                "SKIPPED: the behaviour on a full disk is not tested, as a small disk cannot be mounted here; it can with the"
                        + " rights of root: " + cause.getMessage();
        if (required) {
            throw new AssertionError(
                    REQUIRED + " says that a small disk can be mounted here: " + cause.getMessage(), cause);
        }
        return new TestAbortedException(message, cause);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " has not ended within 30 seconds");
        }
        if (process.exitValue() != 0) {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            throw new IOException(command[0] + " ended with " + process.exitValue() + ": " + output);
        }
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** Takes all the room that is left. */
    public void fill() {
        fill(LARGE_BLOCK);
        fill(SMALL_BLOCK);
    }

    private void fill(int block) {
        byte[] content = new byte[block];
        try (OutputStream out = Files.newOutputStream(
                directory.resolve(BALLAST), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(content);
            }
        } catch (IOException e) {
            // That it does not fit is the aim.
        }
    }

    /** Gives all the room back that was taken. */
    public void free() throws IOException {
        Files.deleteIfExists(directory.resolve(BALLAST));
    }

    @Override
    public void close() {
        try {
            run("umount", directory.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be unmounted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
