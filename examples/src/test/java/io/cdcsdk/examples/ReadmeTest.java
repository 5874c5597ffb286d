package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Code blocks of the README are regions of {@link QuickStart} and {@link Monitored}, which are compiled and tested. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCES = Path.of("src", "main", "java", "io", "cdcsdk", "examples");

    @Test
    void showsCodeThatCompilesAndIsTested() throws IOException {
        String readme = Files.readString(README);
        assertThat(between(readme, "```java\n", "```\n")).isEqualTo(region("QuickStart.java", "pipeline"));

        String monitoring = readme.substring(readme.indexOf("## Watch it\n"));
        assertThat(between(monitoring, "```java\n", "```\n")).isEqualTo(region("Monitored.java", "monitoring"));
    }

    private static String region(String file, String tag) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        return withoutIndent(between(source, "// tag::" + tag + "[]\n", "// end::" + tag + "[]"));
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
