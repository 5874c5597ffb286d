package io.cdcsdk.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the cursors of each sink in a small text file of its own: a line with the format version, then one line for each
 * cursor. A file is written beside the old one, fsynced and moved over it, so that a crash leaves one or the other.
 */
public final class FilePositionStore implements PositionStore {
    private static final String HEADER = "cdc-positions ";
    private static final int FORMAT_VERSION = 1;

    private final Path directory;

    /** A store in a directory, which is created when the first cursors are saved. */
    public FilePositionStore(Path directory) {
        this.directory = directory;
    }

    private Path file(String pipeline, String sink) {
        return directory.resolve(encode(pipeline) + "." + encode(sink) + ".positions");
    }

    @Override
    public List<Cursor> load(String pipeline, String sink) {
        Path file = file(pipeline, sink);
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return parse(file, Files.readAllLines(file, UTF_8));
        } catch (IOException e) {
            throw new Fatal("cannot read positions from " + file + ": " + e, e);
        }
    }

    private static List<Cursor> parse(Path file, List<String> lines) {
        int version = version(file, lines);
        if (version > FORMAT_VERSION) {
            throw new Fatal(file + " has format version " + version + ", and this library reads up to " + FORMAT_VERSION
                    + ": run the version that wrote it, or a newer one");
        }
        List<Cursor> cursors = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(" ", -1);
            if (fields.length != 3) {
                throw new Fatal(file + " line " + (cursors.size() + 2) + " is not 'target lane position'");
            }
            try {
                cursors.add(new Cursor(decode(fields[0]), decode(fields[1]), Position.parse(decode(fields[2]))));
            } catch (IllegalArgumentException | Fatal e) {
                throw new Fatal(file + " line " + (cursors.size() + 2) + ": " + e.getMessage(), e);
            }
        }
        return cursors;
    }

    private static int version(Path file, List<String> lines) {
        if (!lines.isEmpty() && lines.get(0).startsWith(HEADER)) {
            try {
                return Integer.parseInt(lines.get(0).substring(HEADER.length()));
            } catch (NumberFormatException e) {
                throw new Fatal(file + " has no readable format version in line 1", e);
            }
        }
        throw new Fatal(file + " is not a file of positions: line 1 does not start with '" + HEADER + "'");
    }

    @Override
    public void save(String pipeline, String sink, List<Cursor> cursors) {
        Path file = file(pipeline, sink);
        StringBuilder text = new StringBuilder(HEADER).append(FORMAT_VERSION).append('\n');
        for (Cursor cursor : cursors) {
            text.append(encode(cursor.target()))
                    .append(' ')
                    .append(encode(cursor.lane()))
                    .append(' ')
                    .append(encode(cursor.position().text()))
                    .append('\n');
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(temporary, CREATE, WRITE, TRUNCATE_EXISTING)) {
                ByteBuffer bytes = UTF_8.encode(text.toString());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, ATOMIC_MOVE, REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new Fatal("cannot write positions to " + file + ": " + e, e);
        }
    }

    /** Leaves no dot: in a file's name dots stand between its parts. */
    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace(".", "%2E");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
