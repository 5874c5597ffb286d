package io.cdcsdk.sink.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow at the end. The array may be read up to the length until the next append. Not safe for several threads. */
final class Bytes {
    private byte[] array;
    private int length;

    Bytes() {
        this(256);
    }

    Bytes(int capacity) {
        array = new byte[capacity];
    }

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    /** Cuts the end off; the length must not be behind the present one. */
    void truncate(int newLength) {
        length = newLength;
    }

    byte[] copy() {
        return Arrays.copyOf(array, length);
    }

    void ensure(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(length, more), (int) Math.min(2L * length, 1 << 30)));
        }
    }

    Bytes append(int value) {
        ensure(1);
        array[length++] = (byte) value;
        return this;
    }

    Bytes append(byte[] source) {
        return append(source, 0, source.length);
    }

    Bytes append(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, array, length, to - from);
        length += to - from;
        return this;
    }

    Bytes appendInt(int value) {
        ensure(4);
        BigEndian.putInt(array, length, value);
        length += 4;
        return this;
    }

    Bytes appendLong(long value) {
        ensure(8);
        BigEndian.putLong(array, length, value);
        length += 8;
        return this;
    }

    /** Appends a whole number in decimal digits. */
    Bytes appendDigits(long value) {
        if (value == Long.MIN_VALUE) {
            return append(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }
        ensure(20);
        long rest = Math.abs(value);
        int end = length + (value < 0 ? 1 : 0) + digits(rest);
        int at = end;
        do {
            array[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            array[--at] = '-';
        }
        length = end;
        return this;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /**
     * Appends a character of a text in UTF-8 and returns the index behind it, which is one further for a surrogate pair.
     *
     * @throws IllegalArgumentException if the text has half a surrogate pair there, which UTF-8 cannot express
     */
    int appendUtf8(CharSequence text, int index) {
        char c = text.charAt(index);
        if (c < 0x80) {
            append(c);
            return index + 1;
        }
        ensure(4);
        if (c < 0x800) {
            array[length++] = (byte) (0xC0 | c >> 6);
        } else if (!Character.isSurrogate(c)) {
            array[length++] = (byte) (0xE0 | c >> 12);
            array[length++] = (byte) (0x80 | c >> 6 & 0x3F);
        } else {
            if (!Character.isHighSurrogate(c)
                    || index + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(index + 1))) {
                throw new IllegalArgumentException("the text holds half a surrogate pair, which UTF-8 cannot express");
            }
            int point = Character.toCodePoint(c, text.charAt(index + 1));
            array[length++] = (byte) (0xF0 | point >> 18);
            array[length++] = (byte) (0x80 | point >> 12 & 0x3F);
            array[length++] = (byte) (0x80 | point >> 6 & 0x3F);
            array[length++] = (byte) (0x80 | point & 0x3F);
            return index + 2;
        }
        array[length++] = (byte) (0x80 | c & 0x3F);
        return index + 1;
    }
}
