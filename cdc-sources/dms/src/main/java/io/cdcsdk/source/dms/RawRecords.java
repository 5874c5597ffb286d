package io.cdcsdk.source.dms;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads records of a file as they stand there, one behind the other: those that could not be taken. */
final class RawRecords extends CsvCallbackHandler<String> implements Closeable {
    private final CsvFormat format;
    private final CsvReader<String> reader;
    private final CloseableIterator<String> records;
    private final StringBuilder text = new StringBuilder();
    private long wanted;
    private long line;
    private int fields;

    RawRecords(CsvFormat format, Utf8Reader file) {
        this.format = format;
        this.reader = RecordFile.csvReader(format, this, file);
        this.records = reader.iterator();
    }

    /** The record that begins in a line, without a line break at its end; null if none does, or an earlier one was asked for. */
    @Nullable
    String beginningAt(long startingLine) {
        wanted = startingLine;
        return records.hasNext() ? records.next() : null;
    }

    @Override
    protected void beginRecord(long startingLineNumber) {
        line = startingLineNumber;
        fields = 0;
        text.setLength(0);
    }

    @Override
    protected void addField(char[] buffer, int offset, int length, boolean quoted) {
        fields++;
        if (line != wanted) {
            return;
        }
        if (fields > 1) {
            text.append(format.delimiter());
        }
        if (!quoted) {
            text.append(buffer, offset, length);
            return;
        }
        text.append(format.quote());
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] == format.quote()) {
                text.append(format.quote());
            }
            text.append(buffer[i]);
        }
        text.append(format.quote());
    }

    @Override
    protected void setEmpty() {
        fields++;
    }

    @Override
    protected @Nullable String buildRecord() {
        return line == wanted ? text.toString() : null;
    }

    @Override
    protected void setComment(char[] buffer, int offset, int length) {
        throw new IllegalStateException("comments are not read");
    }

    @Override
    protected RecordType getRecordType() {
        return RecordType.DATA;
    }

    @Override
    protected int getFieldCount() {
        return fields;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
