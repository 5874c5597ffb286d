package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.format.ValueParser;
import io.cdcsdk.format.ValueParsers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns row images of an older schema into the current one, by the text of the values. Not safe for several threads. */
final class ImageConverter {
    private final Layout before;
    private final Layout after;
    private final int[] origins;
    private final @Nullable ValueParser[] parsers;
    private final Fields oldFields;
    private final Fields newFields;
    private final Row.Builder scratch;
    private final Bytes converted = new Bytes();

    /** A converter that fills each column from an ordinal of the old schema, or from none where that is negative. */
    ImageConverter(Layout before, Layout after, int[] origins) {
        this.before = before;
        this.after = after;
        this.origins = origins;
        this.parsers = new ValueParser[origins.length];
        for (int i = 0; i < origins.length; i++) {
            if (origins[i] >= 0
                    && !before.schema()
                            .column(origins[i])
                            .type()
                            .equals(after.schema().column(i).type())) {
                parsers[i] = ValueParsers.of(after.schema().column(i).type());
            }
        }
        this.oldFields = new Fields(before);
        this.newFields = new Fields(after);
        this.scratch = Row.builder(after.schema());
    }

    void appendLine(byte[] source, int from, int to, Bytes out) {
        oldFields.putLine(source, from, to);
        convert();
        newFields.appendLine(out);
    }

    void appendPartial(byte[] source, int from, int to, Bytes out) {
        oldFields.clear();
        oldFields.putPartial(source, from, to);
        convert();
        newFields.appendPartial(out);
    }

    private void convert() {
        newFields.clear();
        converted.truncate(0);
        int[] bounds = new int[2 * origins.length];
        Arrays.fill(bounds, -1);
        for (int i = 0; i < origins.length; i++) {
            int origin = origins[i];
            if (origin < 0 || oldFields.isMissing(origin)) {
                continue;
            }
            ValueParser parser = parsers[i];
            if (parser == null) {
                newFields.copy(i, oldFields, origin);
            } else {
                bounds[2 * i] = converted.length();
                appendField(i, parser, widened(i, oldFields.decode(origin)));
                bounds[2 * i + 1] = converted.length();
            }
        }
        // Only now, because the array may have moved while it grew.
        for (int i = 0; i < origins.length; i++) {
            if (bounds[2 * i] >= 0) {
                newFields.put(i, converted.array(), bounds[2 * i], bounds[2 * i + 1]);
            }
        }
    }

    /** The text of a float32 is shorter than its value, and would be read as another float64. */
    private @Nullable String widened(int ordinal, @Nullable String text) {
        LogicalType.Kind from = before.schema().kind(origins[ordinal]);
        return text != null
                        && from == LogicalType.Kind.FLOAT32
                        && after.schema().kind(ordinal) == LogicalType.Kind.FLOAT64
                ? Double.toString(Float.parseFloat(text))
                : text;
    }

    private void appendField(int ordinal, ValueParser parser, @Nullable String text) {
        if (text == null) {
            converted.append(after.format().nullField());
            return;
        }
        try {
            parser.parse(text.toCharArray(), 0, text.length(), scratch, ordinal);
            after.format().appendField(scratch.build(), ordinal, converted);
        } catch (IllegalArgumentException e) {
            throw new Fatal(
                    after.schema().table() + ": a value of column '"
                            + after.schema().column(ordinal).name()
                            + "' cannot be carried over from "
                            + before.schema().column(origins[ordinal]).type() + " (version "
                            + before.schema().version() + ") to "
                            + after.schema().column(ordinal).type() + " (version "
                            + after.schema().version() + "): take a new snapshot of the table",
                    e);
        }
    }
}
