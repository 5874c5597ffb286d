package io.cdcsdk.scd.rocksdb;

import java.nio.ByteBuffer;

/** Numbers as bytes that sort as the numbers do. */
final class Numbers {
    private static final int ONE_BYTE = 0x80;

    private Numbers() {}

    /** Eight bytes. */
    static byte[] fixed(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static long fixed(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** The number of a table before its keys: one byte for the first 128 tables, then four; none is a prefix of another. */
    static byte[] prefix(int table) {
        return table < ONE_BYTE
                ? new byte[] {(byte) table}
                : ByteBuffer.allocate(Integer.BYTES).putInt(table | 1 << 31).array();
    }

    /** The time behind the key of a version. */
    static void putTime(byte[] into, int at, long time) {
        ByteBuffer.wrap(into, at, Long.BYTES).putLong(time ^ Long.MIN_VALUE);
    }
}
