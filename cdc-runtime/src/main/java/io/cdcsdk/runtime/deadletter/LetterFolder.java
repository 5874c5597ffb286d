package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.format.JsonDeadLetters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of one log. */
record LetterFolder(Path path) {
    /** The segments that are there, by session and number. */
    List<SegmentName> segments() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(SegmentName::of).filter(Objects::nonNull).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** What the records of a segment are handed to. */
    interface SegmentVisitor extends DeadLetterLog.Visitor {
        /** A segment begins, with this index. Not called for one whose header was never written to its end. */
        void segment(SegmentName segment, long first);
    }

    /**
     * Reads every record of every segment.
     *
     * @throws Fatal if one is damaged, is none, or was written by a newer version
     */
    void read(JsonDeadLetters.Reader reader, SegmentVisitor visitor) throws IOException {
        String session = "";
        long next = 0;
        for (SegmentName segment : segments()) {
            if (!segment.session().equals(session)) {
                session = segment.session();
                next = 0;
            }
            next = read(segment, next, reader, visitor);
        }
    }

    /** Reads a segment whose first record has at least the given index, and returns that of the record behind it. */
    private long read(SegmentName segment, long least, JsonDeadLetters.Reader reader, SegmentVisitor visitor)
            throws IOException {
        Path file = segment.in(path);
        try (Lines lines = new Lines(file)) {
            String line = line(file, lines);
            if (line == null) {
                return least;
            }
            JsonDeadLetters.Header header = header(file, line, segment);
            if (header.first() < least) {
                throw new Fatal(
                        file + " begins with record " + header.first() + " of its session, but the file before it"
                                + " ends with " + (least - 1) + ": restore both from a copy");
            }
            visitor.segment(segment, header.first());
            long index = header.first();
            for (line = line(file, lines); line != null; line = line(file, lines)) {
                DeadLetterRecord.Id id = new DeadLetterRecord.Id(segment.session(), index++);
                visitor.visit(id, record(file, lines.number(), line, reader));
            }
            return index;
        } catch (NoSuchFileException e) {
            // A later session has just cleaned it away: everything in it is resolved.
            return least;
        }
    }

    private static @Nullable String line(Path file, Lines lines) throws IOException {
        try {
            return lines.next();
        } catch (CharacterCodingException e) {
            throw Failures.damaged(file, lines.number(), "it is not UTF-8", e);
        }
    }

    private static JsonDeadLetters.Header header(Path file, String line, SegmentName segment) {
        JsonDeadLetters.Header header;
        try {
            header = JsonDeadLetters.readHeader(line);
        } catch (BadRecord e) {
            throw new Fatal(
                    file + " is not a file of dead letters: its first line is no header (" + e.getMessage()
                            + "). Move it elsewhere, or restore it from a copy",
                    e);
        } catch (Fatal e) {
            throw new Fatal(file + ": " + e.getMessage(), e);
        }
        if (!header.session().equals(segment.session())) {
            throw new Fatal(file + " holds letters of session " + header.session()
                    + ", and its name tells another: give it back the name that it had");
        }
        return header;
    }

    private static DeadLetterRecord record(Path file, long number, String line, JsonDeadLetters.Reader reader) {
        try {
            return reader.read(line);
        } catch (BadRecord e) {
            throw Failures.damaged(file, number, String.valueOf(e.getMessage()), e);
        } catch (Fatal e) {
            throw new Fatal(file + " line " + number + ": " + e.getMessage(), e);
        }
    }
}
