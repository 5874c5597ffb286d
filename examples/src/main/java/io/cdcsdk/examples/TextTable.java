package io.cdcsdk.examples;

import java.util.ArrayList;
import java.util.List;

/** Draws rows of text as a table for a terminal. */
final class TextTable {
    private static final int WIDEST_CELL = 40;
    private static final String ELLIPSIS = "…";

    private final List<List<String>> rows = new ArrayList<>();

    private final int widestCell;

    /** A table with a head. */
    TextTable(List<String> head) {
        this(head, WIDEST_CELL);
    }

    /** A table with a head, and cells that are cut beyond a width. */
    TextTable(List<String> head, int widestCell) {
        this.widestCell = widestCell;
        add(head);
    }

    /** Adds a row with as many cells as the head; line breaks are shown as {@code ↵}, long cells are cut. */
    void add(List<String> cells) {
        rows.add(cells.stream().map(cell -> inOneLine(cell, widestCell)).toList());
    }

    /** A text with {@code ↵} for line breaks, and nothing that moves a terminal's cursor, cut to a width. */
    static String inOneLine(String text, int widest) {
        String line = text.replace("\r\n", "↵")
                .replace('\n', '↵')
                .replace('\r', '↵')
                .replace('\t', ' ')
                .replaceAll("\\p{Cntrl}", "\uFFFD");
        if (width(line) <= widest) {
            return line;
        }
        int end = line.length();
        while (width(line.substring(0, end)) >= widest) {
            end = line.offsetByCodePoints(end, -1);
        }
        return line.substring(0, end) + ELLIPSIS;
    }

    /** The columns that a terminal takes for a text: ideographs take two, combining marks none. */
    static int width(String text) {
        return text.codePoints().map(TextTable::width).sum();
    }

    private static int width(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return switch (Character.UnicodeScript.of(codePoint)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> 2;
            default -> 1;
        };
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder out = new StringBuilder();
        appendRule(out, widths, "┌─", "─┬─", "─┐");
        appendRow(out, widths, rows.get(0));
        appendRule(out, widths, "├─", "─┼─", "─┤");
        rows.subList(1, rows.size()).forEach(row -> appendRow(out, widths, row));
        appendRule(out, widths, "└─", "─┴─", "─┘");
        return out.toString();
    }

    private static void appendRule(StringBuilder out, int[] widths, String left, String cross, String right) {
        for (int i = 0; i < widths.length; i++) {
            out.append(i == 0 ? left : cross).append("─".repeat(widths[i]));
        }
        out.append(right).append(System.lineSeparator());
    }

    private static void appendRow(StringBuilder out, int[] widths, List<String> row) {
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            out.append(i == 0 ? "│ " : " │ ").append(cell).append(" ".repeat(widths[i] - width(cell)));
        }
        out.append(" │").append(System.lineSeparator());
    }
}
