package io.cdcsdk.format;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.Truncate;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an event is called in JSON. */
enum EventName {
    SNAPSHOT_ROW(Operation.SNAPSHOT),
    INSERT(Operation.INSERT),
    UPDATE(Operation.UPDATE),
    DELETE(Operation.DELETE),
    TRUNCATE(null),
    SCHEMA_CHANGE(null),
    SNAPSHOT_STARTED(null),
    SNAPSHOT_COMPLETED(null);

    private final @Nullable Operation operation;

    EventName(@Nullable Operation operation) {
        this.operation = operation;
    }

    static EventName of(ChangeEvent event) {
        if (event instanceof RowChange change) {
            return switch (change.operation()) {
                case SNAPSHOT -> SNAPSHOT_ROW;
                case INSERT -> INSERT;
                case UPDATE -> UPDATE;
                case DELETE -> DELETE;
            };
        } else if (event instanceof Truncate) {
            return TRUNCATE;
        } else if (event instanceof SchemaChange) {
            return SCHEMA_CHANGE;
        }
        return event instanceof SnapshotStarted ? SNAPSHOT_STARTED : SNAPSHOT_COMPLETED;
    }

    /**
     * The name that a text stands for.
     *
     * @throws IllegalArgumentException if it stands for none; the message lists them
     */
    static EventName parse(String text) {
        for (EventName name : values()) {
            if (name.text().equals(text)) {
                return name;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not an event; expected one of "
                + Arrays.stream(values()).map(EventName::text).collect(Collectors.joining(", ")));
    }

    /** The operation of a row's change, or null for every other event. */
    @Nullable
    Operation operation() {
        return operation;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
