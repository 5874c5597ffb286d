package io.cdcsdk.source.dms;

import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueParser;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fields of one record after the other into rows. This is the fast path: for a plain value it looks at three arrays and
 * calls a parser; no map, no string, nothing boxed.
 */
final class RowAssembler {
    private final FileLayout layout;
    private final CsvFormat format;
    private final byte[] roles;
    private final int[] ordinals;
    private final ValueParser[] parsers;
    private final Marker nullMarker;
    private final Marker noSupplementalMarker;
    private final Row.Builder after;
    private final Row.Builder before;
    private final CommitTime commitTimes = new CommitTime();

    private char operation;
    private long commitTime;
    private @Nullable SourceOrder order;
    private boolean beforeHasValue;

    RowAssembler(FileLayout layout, CsvFormat format) {
        this.layout = layout;
        this.format = format;
        this.roles = layout.roles;
        this.ordinals = layout.ordinals;
        this.parsers = layout.parsers;
        this.nullMarker = new Marker(format.nullText());
        this.noSupplementalMarker = new Marker(format.noSupplementalText());
        this.after = Row.builder(layout.schema);
        this.before = Row.builder(layout.schema);
        begin();
    }

    TableSchema schema() {
        return layout.schema;
    }

    private void begin() {
        operation = 'I';
        commitTime = Origin.UNKNOWN_TIME;
        order = null;
        beforeHasValue = false;
    }

    /** Takes the operation of a record that states it outside of the layout. */
    void operation(char letter) {
        operation = letter;
    }

    /** Takes a field of the current record, counted from 0. */
    void field(int field, char[] buffer, int offset, int length, boolean quoted) {
        if (field >= roles.length) {
            throw new FieldError(
                    "more than the " + roles.length + " fields that are expected: " + String.join(", ", layout.names));
        }
        if (roles[field] != FileLayout.VALUE) {
            special(field, buffer, offset, length, quoted);
            return;
        }
        int ordinal = ordinals[field];
        if (!quoted && nullMarker.matches(buffer, offset, length)) {
            after.setNull(ordinal);
        } else if (quoted || !noSupplementalMarker.matches(buffer, offset, length)) {
            try {
                parsers[field].parse(buffer, offset, length, after, ordinal);
            } catch (IllegalArgumentException e) {
                if (isLeftOut(ordinal, length, quoted)) {
                    return;
                }
                throw badValue(field, buffer, offset, length, e);
            }
        }
    }

    private void special(int field, char[] buffer, int offset, int length, boolean quoted) {
        boolean hasValue = quoted
                || !nullMarker.matches(buffer, offset, length) && !noSupplementalMarker.matches(buffer, offset, length);
        try {
            switch (roles[field]) {
                case FileLayout.OPERATION -> operation = operationLetter(buffer, offset, length);
                case FileLayout.COMMIT_TIME -> {
                    if (hasValue) {
                        commitTime = commitTimes.parse(buffer, offset, length);
                    }
                    declared(field, buffer, offset, length, quoted);
                }
                case FileLayout.SEQUENCE -> {
                    if (hasValue && length > 0) {
                        order = ChangeSequence.parse(buffer, offset, length);
                    }
                    declared(field, buffer, offset, length, quoted);
                }
                case FileLayout.BEFORE -> {
                    if (hasValue) {
                        parsers[field].parse(buffer, offset, length, before, ordinals[field]);
                        beforeHasValue = true;
                    } else if (!noSupplementalMarker.matches(buffer, offset, length)) {
                        before.setNull(ordinals[field]);
                    }
                }
                default -> {}
            }
        } catch (FieldError | IllegalArgumentException e) {
            if (roles[field] == FileLayout.BEFORE && isLeftOut(ordinals[field], length, quoted)) {
                return;
            }
            throw badValue(field, buffer, offset, length, e);
        }
    }

    /** A delete may tell the key alone: an empty field that its type does not allow is absent then. */
    private boolean isLeftOut(int ordinal, int length, boolean quoted) {
        return operation == 'D' && length == 0 && !quoted && !layout.schema.isKey(ordinal);
    }

    private void declared(int field, char[] buffer, int offset, int length, boolean quoted) {
        int ordinal = ordinals[field];
        if (ordinal < 0) {
            return;
        }
        if (!quoted && nullMarker.matches(buffer, offset, length)) {
            after.setNull(ordinal);
        } else if (quoted || !noSupplementalMarker.matches(buffer, offset, length)) {
            parsers[field].parse(buffer, offset, length, after, ordinal);
        }
    }

    static char operationLetter(char[] buffer, int offset, int length) {
        char letter = length == 1 ? buffer[offset] : ' ';
        if (letter != 'I' && letter != 'U' && letter != 'D') {
            throw new FieldError("an operation is one of I, U, D");
        }
        return letter;
    }

    private FieldError badValue(int field, char[] buffer, int offset, int length, RuntimeException cause) {
        String name = layout.names.get(field);
        String type = ordinals[field] < 0
                ? ""
                : " (" + layout.schema.column(ordinals[field]).type() + ")";
        return format.cannotTake("column '" + name + "'" + type, buffer, offset, length, cause);
    }

    /** Forgets the fields of the current record. */
    void discard() {
        Row unusedAfter = after.build();
        Row unusedBefore = before.build();
        begin();
    }

    /** Ends a record of a change file. */
    RowChange change(int fields, Position position) {
        Row image = image(fields);
        Origin origin = new Origin(position, commitTime, null, order);
        RowChange change = switch (operation) {
            case 'I' -> RowChange.insert(image, origin);
            case 'U' -> RowChange.update(layout.hasBefore ? updateBefore(image) : null, image, origin);
            default -> RowChange.delete(layout.hasBefore ? deleteBefore(image) : image, origin);
        };
        if (layout.hasBefore) {
            before.build();
        }
        begin();
        return change;
    }

    /** Ends a record of a full load. */
    RowChange snapshotRow(int fields, Position position, long snapshotTime) {
        if (operation != 'I') {
            throw new FieldError("a full load holds rows with the operation I only, not " + operation);
        }
        Row image = image(fields);
        if (layout.hasBefore) {
            before.build();
        }
        begin();
        return RowChange.snapshot(image, new Origin(position, snapshotTime, null, null));
    }

    private Row image(int fields) {
        if (fields != roles.length) {
            throw new FieldError(fields + (fields == 1 ? " field instead of the " : " fields instead of the ")
                    + roles.length + " that are expected: " + String.join(", ", layout.names));
        }
        Row image = after.build();
        TableSchema schema = layout.schema;
        for (int i = 0; i < schema.keySize(); i++) {
            if (!image.hasValue(schema.keyOrdinal(i))) {
                throw new FieldError(
                        "the key column '" + schema.column(schema.keyOrdinal(i)).name() + "' has no value");
            }
        }
        return image;
    }

    /** What the before-image columns tell; a key column that they leave open has not changed. */
    private @Nullable Row updateBefore(Row image) {
        if (!beforeHasValue) {
            return null;
        }
        Row sent = before.build();
        Row.Builder whole = sent.toBuilder();
        for (int i = 0; i < layout.schema.keySize(); i++) {
            int ordinal = layout.schema.keyOrdinal(i);
            if (!sent.hasValue(ordinal)) {
                whole.copy(ordinal, image, ordinal);
            }
        }
        return whole.build();
    }

    /** The deleted row, as its own columns and the before-image columns tell it; the latter win where they have a value. */
    private Row deleteBefore(Row image) {
        if (!beforeHasValue) {
            return image;
        }
        Row sent = before.build();
        Row.Builder whole = image.toBuilder();
        for (int i = 0; i < layout.schema.size(); i++) {
            if (sent.hasValue(i)) {
                whole.copy(i, sent, i);
            }
        }
        return whole.build();
    }

    /** An unquoted text with a meaning of its own. */
    private static final class Marker {
        private final char[] text;
        private final int length;

        Marker(@Nullable String text) {
            this.text = text == null ? new char[0] : text.toCharArray();
            this.length = text == null ? -1 : text.length();
        }

        boolean matches(char[] buffer, int offset, int fieldLength) {
            if (fieldLength != length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (buffer[offset + i] != text[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
