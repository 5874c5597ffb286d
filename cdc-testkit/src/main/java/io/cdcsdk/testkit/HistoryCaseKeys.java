package io.cdcsdk.testkit;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;

/** The forms of keys that cases use, four keys each. */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes them
enum HistoryCaseKeys {
    NUMBER("id"),
    TEXT("code"),
    DECIMAL("number"),
    BYTES("digest"),
    SEVERAL("region", "id"),
    /** The spec names the key; the schema tells another. */
    NAMED("code") {
        @Override
        List<Column> columns(LogicalType number) {
            return List.of(Column.required("code", LogicalType.STRING), Column.required("row_id", LogicalType.INT64));
        }

        @Override
        List<String> schemaKey() {
            return List.of("row_id");
        }
    };

    // One beyond the surrogates, whose place in UTF-16 is another than by code points.
    private static final List<String> TEXTS = List.of("a", "ab", "\uFF5E", "\uD83D\uDE00");

    private final List<String> key;

    HistoryCaseKeys(String... key) {
        this.key = List.of(key);
    }

    List<String> key() {
        return key;
    }

    /** The key that the table's schema tells. */
    List<String> schemaKey() {
        return key;
    }

    /** Whether a column identifies a row, for the history or for the source. */
    boolean isKey(String column) {
        return key.contains(column) || column.equals("row_id");
    }

    /**
     * The key columns.
     *
     * @param number the type of numbers
     */
    List<Column> columns(LogicalType number) {
        return key.stream()
                .map(name -> Column.required(
                        name,
                        switch (name) {
                            case "id" -> number;
                            case "number" -> LogicalType.decimal(6, 2);
                            case "digest" -> LogicalType.BYTES;
                            default -> LogicalType.STRING;
                        }))
                .toList();
    }

    /** The value of a column of the key at an index from 0 to 3. */
    Object value(int index, String column, LogicalType.Kind kind, Random random) {
        return switch (column) {
            case "id" -> kind == LogicalType.Kind.INT32 ? (Object) number(index) : (Object) (long) number(index);
            case "row_id" -> (long) random.nextInt(3);
            case "number" ->
                new BigDecimal(List.of("-1.5", "0", "1", "2.25").get(index))
                        .setScale(index == 3 || random.nextBoolean() ? 2 : 1);
            case "digest" ->
                List.of(new byte[] {}, new byte[] {1}, new byte[] {1, 2}, new byte[] {-1})
                        .get(index);
            case "region" -> TEXTS.get(index / 2);
            default -> TEXTS.get(index);
        };
    }

    private int number(int index) {
        return this == SEVERAL ? index % 2 : index * index - 2;
    }
}
