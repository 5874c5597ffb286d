package io.cdcsdk.sink.file;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one row while it is put together from images of which some lack columns. Points into the arrays of the images,
 * which must stay as they are meanwhile.
 *
 * <p>An image that lacks columns is kept as a list of: ordinal, length, field.
 */
final class Fields {
    private static final byte[] NONE = {};

    private final Layout layout;
    private final byte[][] sources;
    private final int[] from;
    private final int[] to;

    Fields(Layout layout) {
        this.layout = layout;
        this.sources = new byte[layout.size()][];
        this.from = new int[layout.size()];
        this.to = new int[layout.size()];
        clear();
    }

    void clear() {
        Arrays.fill(sources, NONE);
        Arrays.fill(from, -1);
    }

    void put(int ordinal, byte[] source, int start, int end) {
        sources[ordinal] = source;
        from[ordinal] = start;
        to[ordinal] = end;
    }

    boolean isMissing(int ordinal) {
        return from[ordinal] < 0;
    }

    /** The text of a field that is not missing, or null for a null. */
    @Nullable
    String decode(int ordinal) {
        return layout.format().decode(sources[ordinal], from[ordinal], to[ordinal]);
    }

    void copy(int ordinal, Fields source, int sourceOrdinal) {
        put(ordinal, source.sources[sourceOrdinal], source.from[sourceOrdinal], source.to[sourceOrdinal]);
    }

    void putLine(byte[] source, int start, int end) {
        layout.split(source, start, end);
        for (int i = 0; i < from.length; i++) {
            put(i, source, layout.fieldFrom(i), layout.fieldTo(i));
        }
    }

    /** Puts the fields that the image has over those that are there. */
    void putPartial(byte[] source, int start, int end) {
        for (int at = start; at < end; ) {
            int ordinal = BigEndian.readInt(source, at);
            int length = BigEndian.readInt(source, at + 4);
            put(ordinal, source, at + 8, at + 8 + length);
            at += 8 + length;
        }
    }

    /** Appends the row as a line, with nulls for what is missing. */
    void appendLine(Bytes out) {
        for (int i = 0; i < from.length; i++) {
            layout.appendPrefix(i, out);
            if (from[i] < 0) {
                out.append(layout.format().nullField());
            } else {
                out.append(sources[i], from[i], to[i]);
            }
        }
        layout.appendEnd(out);
    }

    void appendPartial(Bytes out) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] >= 0) {
                out.appendInt(i).appendInt(to[i] - from[i]).append(sources[i], from[i], to[i]);
            }
        }
    }
}
