package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.person;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The combinations of the DMS settings that decide whether files begin with {@code Op}, and with which letters. */
class OperationMatrixTest {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "IncludeOpForFullLoad={0}, CdcInsertsOnly={1}, CdcInsertsAndUpdates={2}, header={5}")
    @CsvSource({
        "false, false, false, '',  I U D, NONE",
        "true,  false, false, I,   I U D, NONE",
        "true,  true,  any,   I,   I I,   NONE",
        "false, true,  any,   '',  '-',   NONE",
        "true,  any,   true,  I,   I U,   NONE",
        "false, any,   true,  '',  I U,   NONE",
        "false, any,   true,  '',  '-',   NONE",
        "false, false, false, '',  I U D, PRESENT",
        "true,  false, false, I,   I U D, PRESENT",
        "true,  true,  any,   I,   I I,   PRESENT",
        "false, true,  any,   '',  '-',   PRESENT",
        "true,  any,   true,  I,   I U,   PRESENT",
        "false, any,   true,  '',  I U,   PRESENT",
        "false, any,   true,  '',  '-',   PRESENT",
    })
    void theOperationColumnIsFound(
            String includeForFullLoad,
            String insertsOnly,
            String insertsAndUpdates,
            String load,
            String changes,
            DmsOption.Header header)
            throws IOException {
        Folder files = new Folder(root);
        files.write("public/person/LOAD00000001.csv", lines(header, List.of(load)));
        List<String> letters = changes.equals("-") ? List.of("") : Arrays.asList(changes.split(" "));
        files.write("public/person/20200101-120000000.csv", lines(header, letters));

        String codes = letters.stream()
                .map(letter -> switch (letter) {
                    case "U" -> "u";
                    case "D" -> "d";
                    default -> "c";
                })
                .reduce("", String::concat);
        String read = Reading.texts(person(root).header(header)).stream()
                .map(text -> text.substring(0, 1))
                .reduce("", String::concat);
        assertThat(read).isEqualTo("SrS" + codes);
    }

    private static String[] lines(DmsOption.Header header, List<String> letters) {
        List<String> lines = new java.util.ArrayList<>();
        String first = letters.get(0);
        if (header == DmsOption.Header.PRESENT) {
            lines.add((first.isEmpty() ? "" : "Op,") + "person_id,full_name,city");
        }
        for (String letter : letters) {
            lines.add((letter.isEmpty() ? "" : letter + ",") + "1,Ann,Ulm");
        }
        return lines.toArray(String[]::new);
    }
}
