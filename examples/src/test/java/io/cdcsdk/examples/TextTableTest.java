package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void alignsCellsOfAnyScript() {
        TextTable table = new TextTable(List.of("id", "name"));
        table.add(List.of("1", "Zoë"));
        table.add(List.of("20", "𠮷田 太郎"));
        table.add(List.of("3", "e\u0301"));

        assertThat(table.toString().lines())
                .containsExactly(
                        "┌────┬───────────┐",
                        "│ id │ name      │",
                        "├────┼───────────┤",
                        "│ 1  │ Zoë       │",
                        "│ 20 │ 𠮷田 太郎 │",
                        "│ 3  │ e\u0301         │",
                        "└────┴───────────┘");
    }

    @Test
    void keepsARowOnOneLine() {
        TextTable table = new TextTable(List.of("text"));
        table.add(List.of("a\nb\r\nc"));

        assertThat(table.toString().lines()).contains("│ a↵b↵c │");
    }

    @Test
    void cutsWhatIsTooLongForATerminal() {
        TextTable table = new TextTable(List.of("text"));
        table.add(List.of("x".repeat(1000)));

        assertThat(table.toString().lines().map(TextTable::width)).allMatch(width -> width == 44);
        assertThat(table.toString()).contains("x".repeat(39) + "…");
    }
}
