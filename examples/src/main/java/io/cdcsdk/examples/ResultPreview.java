package io.cdcsdk.examples;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** Shows the first rows of a consolidated file. */
final class ResultPreview {
    private static final int ROWS = 20;

    private ResultPreview() {}

    /** Prints the head of a CSV file with a header as a table; says so if there is no such file. */
    static void print(PrintWriter out, Path file) throws IOException {
        if (!Files.exists(file)) {
            out.println("There is no " + file + " yet.");
            return;
        }
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
            Iterator<CsvRecord> records = reader.iterator();
            if (!records.hasNext()) {
                out.println(file + " is empty.");
                return;
            }
            TextTable table = new TextTable(records.next().getFields());
            int count = 0;
            while (count < ROWS && records.hasNext()) {
                table.add(records.next().getFields());
                count++;
            }
            out.println();
            out.print(table);
            out.println(records.hasNext() ? "the first " + count + " rows of " + file : count + " rows in " + file);
        }
    }
}
