package io.cdcsdk.testkit.kill;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A disk in memory that a test can fill. On Linux, with the right to mount. Closing unmounts it with all it holds. */
public final class SmallDisk implements AutoCloseable {
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
