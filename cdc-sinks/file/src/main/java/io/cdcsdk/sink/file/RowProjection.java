package io.cdcsdk.sink.file;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueParsers;
import io.cdcsdk.format.ValueText;

/** Shows rows of an older schema, which a lane that lags behind still sends, in the current one. */
final class RowProjection {
    private RowProjection() {}

    /**
     * The row with the columns of another schema; those it does not have are absent.
     *
     * @throws IllegalArgumentException if a value does not fit the type that its column has now
     */
    static Row project(Row row, TableSchema target) {
        Row.Builder builder = Row.builder(target);
        for (int i = 0; i < target.size(); i++) {
            String name = target.column(i).name();
            if (!row.schema().hasColumn(name)) {
                continue;
            }
            int from = row.schema().ordinal(name);
            if (row.schema().column(from).type().equals(target.column(i).type())) {
                builder.copy(i, row, from);
            } else {
                projectValue(row, from, builder, i);
            }
        }
        return builder.build();
    }

    private static void projectValue(Row row, int from, Row.Builder builder, int to) {
        switch (row.state(from)) {
            case VALUE -> {
                String text = ValueText.of(row, from);
                ValueParsers.of(builder.schema().column(to).type())
                        .parse(text.toCharArray(), 0, text.length(), builder, to);
            }
            case NULL -> builder.setNull(to);
            case ABSENT -> builder.setAbsent(to);
            case UNAVAILABLE -> builder.setUnavailable(to);
        }
    }
}
