package io.cdcsdk.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.testkit.kill.Child;
import io.cdcsdk.testkit.kill.ChildProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * DMS files full of values that must not show go through a pipeline that masks them, is killed, goes on, and fails in the end at a line that
 * cannot be read; then the log down to TRACE, the exceptions, and every byte of every file that it has written are searched.
 */
@Timeout(120)
class LeakTest {
    static final String KEY = "masking-key-marker-0123456789-abcdef";
    private static final int PERSONS = 300;

    @TempDir
    private Path directory;

    private Path input;
    private Path output;
    private final Set<String> markers = new LinkedHashSet<>();

    @BeforeEach
    void writeInput() throws IOException {
        input = directory.resolve("input");
        output = directory.resolve("output");
        Path folder = Files.createDirectories(input.resolve("hr/person"));
        markers.add(KEY);
        List<String> load = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        for (int person = 1; person <= PERSONS; person++) {
            load.add("I,2026-01-01 10:00:00," + values(person, 1, person % 50 == 7 ? "bad" : "ok"));
            String operation = person % 10 == 0 ? "D" : "U";
            changes.add(operation + ",2026-01-01 11:00:00," + values(person, 2, person % 40 == 9 ? "bad" : "ok"));
        }
        InputFiles.write(folder.resolve("LOAD00000001.csv"), load.toArray(String[]::new));
        InputFiles.write(folder.resolve("20260101-110000000.csv"), changes.toArray(String[]::new));
    }

    private String values(int person, int image, String state) {
        return marker("ssn-marker-" + 7919 * person) + "," + marker("name-marker-" + 31 * person + "-" + image) + ","
                + marker("phone-marker-" + 17 * person + "-" + image) + ","
                + marker("93" + (1_000_003L * person + 77_777_777L * image) + "59") + "," + state;
    }

    private String marker(String text) {
        markers.add(text);
        return text;
    }

    /** Lines of which none can be read, each in its own way. */
    private static Stream<String> unreadable() {
        return Stream.of(
                "U,2026-01-01 12:00:00,ssn-marker-bad,name-marker-bad,phone-marker-bad,account-marker-bad,ok",
                "operation-marker-bad,2026-01-01 12:00:00,ssn-marker-bad,name-marker-bad,phone,1,ok",
                "U,time-marker-bad,ssn-marker-bad,name-marker-bad,phone-marker-bad,1,ok",
                "U,2026-01-01 12:00:00,ssn-marker-bad,\"name-marker-bad\"x,phone-marker-bad,1,ok",
                "U,2026-01-01 12:00:00,ssn-marker-bad,name-marker-bad,phone-marker-bad,1,ok,more-marker-bad");
    }

    private Child start(String mask) throws IOException {
        return ChildProgram.of(MaskedPipeline.class, input.toString(), output.toString(), mask)
                .heapMegabytes(128)
                .property("org.slf4j.simpleLogger.defaultLogLevel", "trace")
                .start();
    }

    private String run(String mask, int expected) throws Exception {
        try (Child child = start(mask)) {
            assertThat(child.exitCode()).as("%s", child.lines()).isEqualTo(expected);
            assertThat(child.lines()).anyMatch(line -> line.contains("DEBUG"));
            return String.join("\n", child.lines());
        }
    }

    private static List<String> forms(String marker) {
        List<String> forms = new ArrayList<>(List.of(
                marker,
                HexFormat.of().formatHex(marker.getBytes(UTF_8)),
                HexFormat.of().withUpperCase().formatHex(marker.getBytes(UTF_8))));
        for (int before = 0; before < 3; before++) {
            byte[] bytes = (" ".repeat(before) + marker).getBytes(UTF_8);
            String text = Base64.getEncoder().encodeToString(bytes);
            forms.add(text.substring(before == 0 ? 0 : 4, bytes.length / 3 * 4));
        }
        return forms;
    }

    private List<String> leaks(String origin, String text) {
        List<String> leaks = new ArrayList<>();
        for (String marker : markers) {
            forms(marker).stream()
                    .filter(text::contains)
                    .findFirst()
                    .ifPresent(form -> leaks.add(origin + " shows " + marker + " as " + form));
        }
        return leaks;
    }

    private List<String> leaksOfFiles() throws IOException {
        List<String> leaks = new ArrayList<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                leaks.addAll(leaks(output.relativize(file).toString(), Files.readString(file, ISO_8859_1)));
            }
        }
        return leaks;
    }

    @Test
    void nothingMaskedShows() throws Exception {
        Set<String> bad = Set.of("ssn", "name", "phone", "account", "operation", "time", "more");
        bad.forEach(kind -> marker(kind + "-marker-bad"));
        try (Child child = start("mask")) {
            child.awaitCommits(3);
            child.kill();
            assertThat(leaks("the log of a killed run", String.join("\n", child.lines())))
                    .isEmpty();
        }
        assertThat(leaks("the log", run("mask", 0))).isEmpty();
        int number = 0;
        for (String line : unreadable().toList()) {
            Path file = input.resolve("hr/person/20260101-12000000" + number++ + ".csv");
            InputFiles.write(file, line);
            String log = run("mask", 1);
            assertThat(log).contains("BadRecord", file.getFileName() + ", line 1");
            assertThat(leaks("the log of " + line, log)).isEmpty();
            Files.delete(file);
        }
        assertThat(output.resolve("letters")).isNotEmptyDirectory();
        assertThat(leaksOfFiles()).isEmpty();
    }

    @Test
    void withoutTheMaskTheTestFindsIt() throws Exception {
        String unused = run("none", 0);
        assertThat(leaksOfFiles())
                .anyMatch(leak -> leak.startsWith("letters"))
                .anyMatch(leak -> leak.startsWith("files"))
                .anyMatch(leak -> leak.startsWith("history"));
    }
}
