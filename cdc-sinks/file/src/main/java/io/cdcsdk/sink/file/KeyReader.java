package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueParser;
import io.cdcsdk.format.ValueParsers;

/** Reads the key out of a line that its layout has just split. Not safe for several threads. */
final class KeyReader {
    private static final int LONG_DIGITS = 18;

    private final Layout layout;
    private final int[] ordinals;
    private final boolean[] whole;
    private final ValueParser[] parsers;
    private final Row.Builder scratch;

    KeyReader(Layout layout) {
        this.layout = layout;
        TableSchema schema = layout.schema();
        this.ordinals = new int[schema.keySize()];
        this.whole = new boolean[ordinals.length];
        this.parsers = new ValueParser[ordinals.length];
        TableSchema.Builder keys = TableSchema.builder(schema.table());
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = schema.keyOrdinal(i);
            LogicalType type = schema.column(ordinals[i]).type();
            whole[i] = type.kind() == LogicalType.Kind.INT32 || type.kind() == LogicalType.Kind.INT64;
            parsers[i] = ValueParsers.of(type);
            keys.column(schema.column(ordinals[i]));
        }
        this.scratch = Row.builder(keys.build());
    }

    void append(byte[] buffer, Bytes key) {
        for (int i = 0; i < ordinals.length; i++) {
            int from = layout.fieldFrom(ordinals[i]);
            int to = layout.fieldTo(ordinals[i]);
            if (!whole[i] || !appendWhole(buffer, from, to, key)) {
                appendParsed(buffer, from, to, i, key);
            }
        }
    }

    /** The fast way for numbers whose digits fit without a check; false if the field is none. */
    private static boolean appendWhole(byte[] buffer, int from, int to, Bytes key) {
        boolean negative = from < to && buffer[from] == '-';
        int at = negative ? from + 1 : from;
        if (at == to || to - at > LONG_DIGITS) {
            return false;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = buffer[at] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = 10 * value + digit;
        }
        KeyEncoder.appendNumber(negative ? -value : value, key);
        return true;
    }

    private void appendParsed(byte[] buffer, int from, int to, int index, Bytes key) {
        String text = layout.format().decode(buffer, from, to);
        try {
            if (text == null) {
                throw new IllegalArgumentException("the key is null");
            }
            parsers[index].parse(text.toCharArray(), 0, text.length(), scratch, index);
            KeyEncoder.append(scratch.build(), index, key);
        } catch (IllegalArgumentException e) {
            throw new Fatal(
                    "the file of " + layout.schema().table() + " has a line whose key column '"
                            + layout.schema().column(ordinals[index]).name() + "' cannot be read",
                    e);
        }
    }
}
