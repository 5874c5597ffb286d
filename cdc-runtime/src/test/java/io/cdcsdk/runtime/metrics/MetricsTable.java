package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The table of {@code docs/metrics.md}. */
final class MetricsTable {
    /** One row. */
    record Line(String name, List<String> prometheus, String type, String unit, Set<String> tags) {}

    private static final Path FILE = Path.of("..", "docs", "metrics.md");

    private MetricsTable() {}

    static List<Line> read() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith("| `cdc."))
                .map(MetricsTable::line)
                .toList();
    }

    /** Asserts that every metric of the table is there with its type and tags, and that none is there besides. */
    static void assertShows(Scrape scrape) throws IOException {
        Set<String> documented = new TreeSet<>();
        for (Line line : read()) {
            documented.addAll(line.prometheus());
            for (String name : line.prometheus()) {
                String type = line.type().equals("timer") ? name.endsWith("_max") ? "gauge" : "summary" : line.type();
                assertThat(scrape.types()).containsEntry(name, type);
                assertThat(scrape.tagsOf(name, type)).as(name).isEqualTo(line.tags());
            }
        }
        assertThat(scrape.types().keySet())
                .filteredOn(name -> name.startsWith("cdc_"))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    private static Line line(String text) {
        String[] cells = text.split("\\|");
        Set<String> tags = new TreeSet<>(words(cells[5]));
        tags.add("pipeline");
        return new Line(words(cells[1]).get(0), words(cells[2]), cells[3].strip(), cells[4].strip(), tags);
    }

    private static List<String> words(String cell) {
        return Arrays.stream(cell.replace("`", "").split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
