package io.cdcsdk.format;

import io.cdcsdk.api.Row;
import java.util.Arrays;
import java.util.UUID;

/** The text of bytes and of UUIDs. */
final class Hexadecimal {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();
    private static final byte[] VALUES = new byte[128];
    private static final int UUID_LENGTH = 36;

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            VALUES[DIGITS[i]] = (byte) i;
            VALUES[Character.toUpperCase(DIGITS[i])] = (byte) i;
        }
    }

    private Hexadecimal() {}

    static void parseBytes(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        int start = offset + (hasPrefix(buffer, offset, length) ? 2 : 0);
        int digits = offset + length - start;
        if (digits % 2 != 0) {
            throw notBytes();
        }
        byte[] bytes = new byte[digits / 2];
        for (int i = 0; i < bytes.length; i++) {
            int high = value(buffer[start + 2 * i]);
            int low = value(buffer[start + 2 * i + 1]);
            if ((high | low) < 0) {
                throw notBytes();
            }
            bytes[i] = (byte) (high << 4 | low);
        }
        row.set(ordinal, bytes);
    }

    private static boolean hasPrefix(char[] buffer, int offset, int length) {
        return length >= 2
                && (buffer[offset] == '0' || buffer[offset] == '\\')
                && (buffer[offset + 1] == 'x' || buffer[offset + 1] == 'X');
    }

    private static int value(char digit) {
        return digit < VALUES.length ? VALUES[digit] : -1;
    }

    private static IllegalArgumentException notBytes() {
        return new IllegalArgumentException("expected bytes, an even number of hexadecimal digits such as 00ff");
    }

    static void parseUuid(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        if (length != UUID_LENGTH) {
            throw notUuid();
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = buffer[offset + i];
            if (isDash(i)) {
                if (c != '-') {
                    throw notUuid();
                }
                continue;
            }
            int digit = value(c);
            if (digit < 0) {
                throw notUuid();
            }
            high = high << 4 | low >>> 60;
            low = low << 4 | digit;
        }
        row.set(ordinal, new UUID(high, low));
    }

    private static boolean isDash(int index) {
        return index == 8 || index == 13 || index == 18 || index == 23;
    }

    private static IllegalArgumentException notUuid() {
        return new IllegalArgumentException("expected uuid, such as 123e4567-e89b-12d3-a456-426614174000");
    }

    static void append(StringBuilder out, byte[] bytes) {
        for (byte b : bytes) {
            out.append(DIGITS[b >> 4 & 15]).append(DIGITS[b & 15]);
        }
    }

    static void append(StringBuilder out, UUID uuid) {
        appendDigits(out, uuid.getMostSignificantBits(), 60, 32);
        out.append('-');
        appendDigits(out, uuid.getMostSignificantBits(), 28, 16);
        out.append('-');
        appendDigits(out, uuid.getMostSignificantBits(), 12, 0);
        out.append('-');
        appendDigits(out, uuid.getLeastSignificantBits(), 60, 48);
        out.append('-');
        appendDigits(out, uuid.getLeastSignificantBits(), 44, 0);
    }

    private static void appendDigits(StringBuilder out, long bits, int fromShift, int toShift) {
        for (int shift = fromShift; shift >= toShift; shift -= 4) {
            out.append(DIGITS[(int) (bits >>> shift) & 15]);
        }
    }
}
