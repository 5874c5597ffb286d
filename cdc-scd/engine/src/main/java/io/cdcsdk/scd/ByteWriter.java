package io.cdcsdk.scd;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes values into a growing array of bytes. Whole numbers take as few bytes as they need. Reused by one thread. */
final class ByteWriter {
    private byte[] bytes;
    private int size;

    ByteWriter() {
        this(256);
    }

    ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    ByteWriter clear() {
        size = 0;
        return this;
    }

    /** How many bytes were written. */
    int size() {
        return size;
    }

    /** The bytes, {@link #size} of them, until something else is written. */
    byte[] buffer() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** The bytes, which the writer must not be used for any more. */
    byte[] lastBytes() {
        return size == bytes.length ? bytes : toBytes();
    }

    private void reserve(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + count, bytes.length * 2));
        }
    }

    void raw(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** Eight bytes, the highest first. */
    void fixed(long value) {
        reserve(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** A number that is small and not negative, or rarely so. */
    void count(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** A number of either sign. */
    void number(long value) {
        count(value << 1 ^ value >> 63);
    }

    void bytes(byte[] value) {
        count(value.length);
        raw(value);
    }

    /** A text, also one that holds half of a surrogate pair. */
    void text(String value) {
        int length = value.length();
        int start = size;
        count((long) length << 1);
        reserve(length);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                size = start;
                otherText(value);
                return;
            }
            bytes[size + i] = (byte) c;
        }
        size += length;
    }

    private void otherText(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_16BE);
        boolean lossless = new String(encoded, StandardCharsets.UTF_16BE).equals(value);
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (lossless) {
            count((long) utf8.length << 1);
            raw(utf8);
        } else {
            count((long) value.length() * 2 << 1 | 1);
            for (int i = 0; i < value.length(); i++) {
                raw(value.charAt(i) >>> 8);
                raw(value.charAt(i));
            }
        }
    }
}
