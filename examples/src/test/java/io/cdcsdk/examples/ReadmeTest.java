package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The first code block of the README is a region of {@link QuickStart}, which is compiled and tested. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCE = Path.of("src", "main", "java", "io", "cdcsdk", "examples", "QuickStart.java");

    @Test
    void showsCodeThatCompilesAndIsTested() throws IOException {
        String region = between(Files.readString(SOURCE), "// tag::pipeline[]\n", "// end::pipeline[]");
        String block = between(Files.readString(README), "```java\n", "```\n");

        assertThat(block).isEqualTo(withoutIndent(region));
    }

    @Test
    void namesTheCommandsThatRunAndTest() throws IOException {
        assertThat(Files.readString(README)).contains("\n./examples/run dms-to-file\nmvn -B verify\n");
    }

    private static String between(String text, String start, String end) {
        assertThat(text).contains(start, end);
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String withoutIndent(String region) {
        int indent = region.indexOf(region.stripLeading());
        return region.lines()
                .map(line -> line.length() < indent ? line.strip() : line.substring(indent))
                .collect(Collectors.joining("\n", "", "\n"))
                .stripTrailing()
                .concat("\n");
    }
}
