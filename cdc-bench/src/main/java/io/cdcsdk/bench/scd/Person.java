package io.cdcsdk.bench.scd;

import java.nio.charset.StandardCharsets;

/**
 * One image of a row of eight columns.
 *
 * @param id the key
 * @param updated microseconds since 1970-01-01T00:00
 */
record Person(
        long id, String name, String city, String status, double score, boolean active, int logins, long updated) {
    private static final byte[][] FIRST_NAMES = bytes(
            "Ada",
            "Grace",
            "Alan",
            "Edsger",
            "Barbara",
            "Donald",
            "Frances",
            "John",
            "Katherine",
            "Niklaus",
            "Radia",
            "Tim");
    private static final byte[][] LAST_NAMES = bytes(
            " Lovelace",
            " Hopper",
            " Turing",
            " Dijkstra",
            " Liskov",
            " Knuth",
            " Allen",
            " Backus",
            " Johnson",
            " Wirth",
            " Perlman",
            " Berners-Lee");
    private static final byte[][] CITIES = bytes(
            "Berlin",
            "Lisbon",
            "Sao Paulo",
            "New York",
            "Kyoto",
            "Nairobi",
            "Oslo",
            "Montevideo",
            "Reykjavik",
            "Accra");
    private static final byte[][] STATES = bytes("new", "active", "dormant", "suspended", "closed");
    private static final long START = 1_700_000_000_000_000L;

    /**
     * The image of a key at a revision; images of neighbouring revisions differ. Equal strings are different objects, with bytes of
     * their own, as a decoder makes them.
     *
     * @param revision 1 to {@link ChangeStream#REVISIONS}
     */
    static Person of(long id, int revision) {
        long ofKey = mixed(id);
        long ofRow = mixed(id * 128 + revision);
        return new Person(
                id,
                text(choice(FIRST_NAMES, ofKey), choice(LAST_NAMES, ofKey >>> 16)),
                text(choice(CITIES, ofKey + revision / 8)),
                text(choice(STATES, ofRow)),
                (ofRow >>> 20 & 0xFFFF) / 100.0,
                (ofRow >>> 40 & 1) == 0,
                revision,
                START + (ofRow >>> 41) * 1000);
    }

    private static byte[] choice(byte[][] dictionary, long bits) {
        return dictionary[(int) ((bits & 0xFFFF) % dictionary.length)];
    }

    private static String text(byte[] only) {
        return new String(only, StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] one, byte[] other) {
        byte[] both = new byte[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return text(both);
    }

    private static byte[][] bytes(String... texts) {
        byte[][] all = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            all[i] = texts[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        return all;
    }

    private static long mixed(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ mixed >>> 31;
    }
}
