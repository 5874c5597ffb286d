package io.cdcsdk.sink.file;

import org.jspecify.annotations.Nullable;

/** The payload of an entry in the current schema: where it lies, converted only if it has an older one. */
final class CurrentPayload {
    private final SchemaHistory history;
    private final @Nullable ImageConverter[] converters;
    private final Bytes converted = new Bytes();
    private byte[] array = {};
    private int from;
    private int to;

    CurrentPayload(SchemaHistory history) {
        this.history = history;
        this.converters = new ImageConverter[history.currentIndex()];
    }

    void read(EntryCursor entry) {
        EntryKind kind = entry.kind();
        int index = entry.schemaIndex();
        array = entry.buffer;
        from = entry.payloadFrom();
        to = entry.end();
        boolean image = kind == EntryKind.COMPLETE || kind == EntryKind.PARTIAL || kind == EntryKind.ARRIVAL;
        if (index == history.currentIndex() || !image) {
            return;
        }
        ImageConverter converter = converters[index];
        if (converter == null) {
            converter = history.converter(index);
            converters[index] = converter;
        }
        converted.truncate(0);
        if (kind == EntryKind.COMPLETE) {
            converter.appendLine(array, from, to, converted);
        } else {
            converter.appendPartial(array, from, to, converted);
        }
        array = converted.array();
        from = 0;
        to = converted.length();
    }

    byte[] array() {
        return array;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }
}
