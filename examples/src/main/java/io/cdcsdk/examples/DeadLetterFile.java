package io.cdcsdk.examples;

import io.cdcsdk.api.Retryable;
import io.cdcsdk.format.JsonEvents;
import io.cdcsdk.scd.Rejected;
import io.cdcsdk.scd.RejectedEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps events that were not applied, as lines of JSON: {@code {"lane":...,"category":...,"message":...,"event":{...}}}, the event
 * as {@link JsonEvents} writes it. An event that a restart brings again is not written again.
 */
final class DeadLetterFile implements RejectedEvents, AutoCloseable {
    private static final String LANE = "{\"lane\":";
    private static final String CATEGORY = ",\"category\":";
    private static final String MESSAGE = ",\"message\":";
    private static final String EVENT = ",\"event\":";

    private final Path file;
    private final FileChannel channel;
    private final Set<UUID> known = new HashSet<>(); // a digest of lane and event, as the events may be many
    private long end;

    private DeadLetterFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file, or makes one. A last line that a crash has cut off goes: its event was not committed, and comes again.
     *
     * @throws NotDeadLettersException if the file holds something else
     */
    static DeadLetterFile open(Path file) throws IOException, NotDeadLettersException {
        Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        DeadLetterFile letters = new DeadLetterFile(file, channel);
        try {
            letters.readKnown();
        } catch (IOException | NotDeadLettersException e) {
            channel.close();
            throw e;
        }
        return letters;
    }

    private void readKnown() throws IOException, NotDeadLettersException {
        end = endOfLastLine();
        // Not newBufferedReader, which refuses a line that was cut inside a character.
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            long number = 1;
            String line = lines.readLine();
            while (line != null) {
                String next = lines.readLine();
                boolean cut = next == null && end < channel.size();
                if (cut ? !isBeginning(line) : !isLetter(line)) {
                    throw new NotDeadLettersException(
                            file + ", line " + number + ": this is not a dead letter; name another file");
                }
                if (!cut) {
                    known.add(digest(line));
                }
                line = next;
                number++;
            }
        }
        channel.truncate(end);
    }

    /** The offset behind the last line feed. */
    private long endOfLastLine() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long at = channel.size() - 1; at >= 0; at--) {
            channel.read(one.clear(), at);
            if (one.get(0) == '\n') {
                return at + 1;
            }
        }
        return 0;
    }

    private static boolean isLetter(String line) {
        return line.startsWith(LANE) && line.indexOf(CATEGORY) > 0 && line.indexOf(EVENT) > 0 && line.endsWith("}}");
    }

    private static boolean isBeginning(String line) {
        return line.startsWith(LANE) || LANE.startsWith(line);
    }

    // Quotes inside of texts are escaped, so that the first of these marks is that of the envelope.
    private static UUID digest(String line) {
        String lane = line.substring(LANE.length(), line.indexOf(CATEGORY));
        String event = line.substring(line.indexOf(EVENT) + EVENT.length());
        return UUID.nameUUIDFromBytes((lane + event).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void take(List<Rejected> rejected) {
        StringBuilder lines = new StringBuilder();
        Set<UUID> taken = new HashSet<>();
        for (Rejected letter : rejected) {
            String line = line(letter);
            UUID digest = digest(line);
            if (!known.contains(digest) && taken.add(digest)) {
                lines.append(line).append('\n');
            }
        }
        try {
            append(StandardCharsets.UTF_8.encode(lines.toString()));
        } catch (IOException e) {
            throw new Retryable(file + " cannot be written: " + e.getMessage(), e);
        }
        known.addAll(taken);
    }

    private void append(ByteBuffer bytes) throws IOException {
        // Behind the last whole line, whatever a failure before has left.
        long at = end;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        channel.truncate(at);
        channel.force(true);
        end = at;
    }

    private static String line(Rejected letter) {
        StringBuilder line = new StringBuilder(LANE);
        appendText(line, letter.lane());
        appendText(
                line.append(CATEGORY),
                letter.category().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        appendText(line.append(MESSAGE), letter.message());
        JsonEvents.append(line.append(EVENT), letter.event());
        return line.append('}').toString();
    }

    private static void appendText(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** A file holds something else than dead letters. */
    static final class NotDeadLettersException extends Exception {
        private static final long serialVersionUID = 1L;

        NotDeadLettersException(String message) {
            super(message);
        }
    }
}
