package io.cdcsdk.format;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Outdated;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Position;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the {@linkplain JsonDeadLetters JSON form} of one record. */
final class JsonDeadLetterReader {
    private static final String SUBJECT = "JSON dead letter";

    private final @Nullable Function<String, ChangeEvent> events;
    private final Set<String> seen = new HashSet<>();
    private @Nullable Kind kind;
    private @Nullable String lane;
    private @Nullable Position position;
    private @Nullable String target;
    private List<String> keys = List.of();
    private int transforms;
    private @Nullable String chain;
    private @Nullable Fault fault;
    private int attempts;
    private @Nullable Instant time;
    private @Nullable ChangeEvent event;
    private @Nullable String content;
    private long number;
    private List<Id> letters = List.of();
    private @Nullable Resolution how;
    private Map<String, Long> records = Map.of();

    private JsonDeadLetterReader(@Nullable Function<String, ChangeEvent> events) {
        this.events = events;
    }

    /** The kinds of records, and their fields. */
    private enum Kind {
        LETTER(
                List.of("lane", "position", "keys", "transforms", "attempts", "time"),
                List.of("target", "chain", "fault", "event", "content")),
        REPLAY(List.of("number", "target", "letters"), List.of()),
        RESOLVED(List.of("how", "letters"), List.of()),
        OUTDATED(List.of("letters"), List.of()),
        SETTLED(List.of("records"), List.of());

        private final List<String> required;
        private final List<String> optional;

        Kind(List<String> required, List<String> optional) {
            this.required = required;
            this.optional = optional;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static JsonDeadLetters.Header readHeader(String text) {
        return JsonCursor.read(text, "JSON header of dead letters", cursor -> {
            String session = null;
            long first = -1;
            Set<String> fields = new HashSet<>();
            cursor.startObject();
            while (cursor.nextField(fields)) {
                switch (cursor.name()) {
                    case "format" -> cursor.format(JsonDeadLetters.FORMAT, JsonDeadLetters.FORMAT_VERSION);
                    case "session" -> session = cursor.text();
                    case "first" -> first = atLeastZero(cursor);
                    default -> throw cursor.bad("is not a field of a header; expected format, session and first");
                }
            }
            if (!fields.contains("format") || session == null || first < 0) {
                throw cursor.bad("a header needs the fields format, session and first");
            }
            return new JsonDeadLetters.Header(session, first);
        });
    }

    /** Reads a record; without {@code events}, it leaves them out. */
    static DeadLetterRecord read(String text, @Nullable Function<String, ChangeEvent> events) {
        return JsonCursor.read(text, SUBJECT, new JsonDeadLetterReader(events)::read);
    }

    private DeadLetterRecord read(JsonCursor cursor) throws IOException {
        cursor.startObject();
        while (cursor.nextField(seen)) {
            switch (cursor.name()) {
                case "record" -> kind = choice(cursor, Kind.values(), Kind::text);
                case "lane" -> lane = cursor.text();
                case "position" -> position = Position.parse(cursor.text());
                case "target" -> target = cursor.text();
                case "keys" -> keys = readKeys(cursor);
                case "chain" -> chain = cursor.text();
                case "transforms" -> transforms = count(cursor);
                case "fault" -> fault = readFault(cursor);
                case "attempts" -> attempts = count(cursor);
                case "time" -> time = cursor.value(JsonDeadLetterReader::time);
                case "event" -> readEvent(cursor);
                case "content" -> readContent(cursor);
                case "number" -> number = cursor.number();
                case "letters" -> letters = readIds(cursor);
                case "how" -> how = choice(cursor, Resolution.values(), JsonDeadLetterWriter::text);
                case "records" -> records = readRecords(cursor);
                default -> throw cursor.bad("is not a field of a record");
            }
        }
        return record(cursor);
    }

    private static <E> E choice(JsonCursor cursor, E[] choices, Function<E, String> name) throws IOException {
        return cursor.value(text -> Arrays.stream(choices)
                .filter(choice -> name.apply(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected one of " + Arrays.stream(choices).map(name).collect(Collectors.joining(", ")))));
    }

    private static long atLeastZero(JsonCursor cursor) throws IOException {
        long value = cursor.number();
        if (value < 0) {
            throw cursor.bad("expected a whole number of at least 0");
        }
        return value;
    }

    private static int count(JsonCursor cursor) throws IOException {
        long value = cursor.number();
        if (value != (int) value) {
            throw cursor.bad("expected a whole number of 32 bits");
        }
        return (int) value;
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expected a time in UTC such as 2026-11-21T19:33:07.120Z", e);
        }
    }

    private static List<String> readKeys(JsonCursor cursor) throws IOException {
        List<String> keys = new ArrayList<>();
        cursor.startArray();
        while (cursor.nextElement()) {
            keys.add(cursor.text());
        }
        return keys;
    }

    private static Fault readFault(JsonCursor cursor) throws IOException {
        ErrorCategory category = null;
        String message = null;
        String failure = null;
        Set<String> fields = new HashSet<>();
        cursor.startObject();
        while (cursor.nextField(fields)) {
            switch (cursor.name()) {
                case "category" -> category = choice(cursor, ErrorCategory.values(), ErrorCategory::text);
                case "message" -> message = cursor.text();
                case "failure" -> failure = cursor.text();
                default -> throw cursor.bad("is not a field of a fault; expected category, message and failure");
            }
        }
        if (category == null || message == null || failure == null) {
            throw cursor.bad("a fault needs the fields category, message and failure");
        }
        return new Fault(category, message, failure);
    }

    private void readEvent(JsonCursor cursor) throws IOException {
        String text = cursor.object();
        if (events != null) {
            event = events.apply(text);
        }
    }

    private void readContent(JsonCursor cursor) throws IOException {
        String text = cursor.text();
        if (events != null) {
            content = text;
        }
    }

    private static List<Id> readIds(JsonCursor cursor) throws IOException {
        List<Id> ids = new ArrayList<>();
        cursor.startArray();
        while (cursor.nextElement()) {
            String session = null;
            List<Long> indexes = null;
            Set<String> fields = new HashSet<>();
            cursor.startObject();
            while (cursor.nextField(fields)) {
                switch (cursor.name()) {
                    case "session" -> session = cursor.text();
                    case "indexes" -> indexes = readIndexes(cursor);
                    default -> throw cursor.bad("is not a field of letters; expected session and indexes");
                }
            }
            if (session == null || indexes == null) {
                throw cursor.bad("letters need the fields session and indexes");
            }
            for (long index : indexes) {
                ids.add(new Id(session, index));
            }
        }
        return ids;
    }

    private static List<Long> readIndexes(JsonCursor cursor) throws IOException {
        List<Long> indexes = new ArrayList<>();
        cursor.startArray();
        while (cursor.nextElement()) {
            indexes.add(cursor.number());
        }
        return indexes;
    }

    private static Map<String, Long> readRecords(JsonCursor cursor) throws IOException {
        Map<String, Long> records = new HashMap<>();
        Set<String> sessions = new HashSet<>();
        cursor.startObject();
        while (cursor.nextField(sessions)) {
            records.put(cursor.name(), cursor.number());
        }
        return records;
    }

    private DeadLetterRecord record(JsonCursor cursor) {
        Kind found = kind;
        if (found == null) {
            throw cursor.bad("a record needs the field 'record'");
        }
        for (String field : found.required) {
            if (!seen.contains(field)) {
                throw cursor.bad("a record that is a " + found.text() + " needs the field '" + field + "'");
            }
        }
        for (String field : seen) {
            if (!field.equals("record") && !found.required.contains(field) && !found.optional.contains(field)) {
                throw cursor.bad("a record that is a " + found.text() + " has no field '" + field + "'");
            }
        }
        return switch (found) {
            case LETTER ->
                new Letter(
                        Objects.requireNonNull(lane),
                        Objects.requireNonNull(position),
                        target,
                        keys,
                        event,
                        content,
                        transforms,
                        chain,
                        fault,
                        attempts,
                        Objects.requireNonNull(time));
            case REPLAY -> new Replay(number, Objects.requireNonNull(target), letters);
            case RESOLVED -> new Resolved(letters, Objects.requireNonNull(how));
            case OUTDATED -> new Outdated(letters);
            case SETTLED -> new Settled(records);
        };
    }
}
