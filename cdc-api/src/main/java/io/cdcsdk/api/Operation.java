package io.cdcsdk.api;

/** What happened to one row. The codes are those of the Debezium envelope. */
public enum Operation {
    /** The row as a snapshot found it: it replaces what the target had, and says nothing about what happened before. */
    SNAPSHOT('r'),
    /** The row was inserted. */
    INSERT('c'),
    /** The row was updated; its key may have changed. */
    UPDATE('u'),
    /** The row was deleted. */
    DELETE('d');

    private final char code;

    Operation(char code) {
        this.code = code;
    }

    /** The one-letter code: {@code r}, {@code c}, {@code u} or {@code d}. */
    public char code() {
        return code;
    }

    /**
     * The operation of a one-letter code.
     *
     * @throws IllegalArgumentException if the code is none of {@code r}, {@code c}, {@code u}, {@code d}
     */
    public static Operation ofCode(char code) {
        return switch (code) {
            case 'r' -> SNAPSHOT;
            case 'c' -> INSERT;
            case 'u' -> UPDATE;
            case 'd' -> DELETE;
            default ->
                throw new IllegalArgumentException(
                        "operation code '" + code + "' is not known; expected one of r, c, u, d");
        };
    }
}
