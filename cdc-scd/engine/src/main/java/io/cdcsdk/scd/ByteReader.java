package io.cdcsdk.scd;

import io.cdcsdk.api.Fatal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote. */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteReader(byte[] bytes) {
        this(bytes, bytes.length);
    }

    ByteReader(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    private void require(int count) {
        if (count < 0 || count > end - at) {
            throw new Fatal("the state of a history is damaged: it ends after " + end
                    + " bytes, in the middle of a value; restore the store from a copy");
        }
    }

    int raw() {
        require(1);
        return bytes[at++];
    }

    byte[] raw(int count) {
        require(count);
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    long fixed() {
        require(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    long count() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = raw();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new Fatal("the state of a history is damaged: a number does not end; restore the store from a copy");
    }

    int size() {
        long value = count();
        if (value < 0 || value > end - at) {
            require(-1);
        }
        return (int) value;
    }

    long number() {
        long value = count();
        return value >>> 1 ^ -(value & 1);
    }

    byte[] bytes() {
        return raw(size());
    }

    String text() {
        long header = count();
        int length = (int) (header >>> 1);
        require(length);
        at += length;
        if ((header & 1) == 0) {
            return new String(bytes, at - length, length, StandardCharsets.UTF_8);
        }
        char[] units = new char[length / 2];
        for (int i = 0; i < units.length; i++) {
            int from = at - length + 2 * i;
            units[i] = (char) (bytes[from] << 8 | bytes[from + 1] & 0xFF);
        }
        return new String(units);
    }
}
