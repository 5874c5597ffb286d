package io.cdcsdk.sink.file;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * How a row is written as one line of UTF-8: for each column a prefix that depends on the schema alone and a field that
 * depends on the value alone, then an end. So lines can be cut into fields and put together again without reading values.
 */
sealed interface LineFormat permits CsvFormat, JsonLinesFormat {
    /** What is stored beside a file to notice that a sink is configured otherwise than the one that wrote the file. */
    String signature();

    /** The ending of file names. */
    String extension();

    /** Appends what stands at the beginning of a file; perhaps nothing. */
    void appendHeader(TableSchema schema, Bytes out);

    /** What stands before the field of a column. */
    byte[] prefix(TableSchema schema, int ordinal);

    /** What stands behind the last field, the line feed included. */
    byte[] end();

    /** The field of a null. */
    byte[] nullField();

    /**
     * Appends the field of a column that has a value.
     *
     * @throws IllegalArgumentException if the value cannot be written
     */
    void appendField(Row row, int ordinal, Bytes out);

    /**
     * Finds the end of a field.
     *
     * @param from where the field begins
     * @return where it ends, or -1 if that is not before the limit
     */
    int endOfField(byte[] buffer, int from, int limit);

    /** The text of a field, or null for a null. */
    @Nullable
    String decode(byte[] buffer, int from, int to);
}
