package io.cdcsdk.examples;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import io.cdcsdk.scd.Version;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Draws the versions of a key one below the other: when it begins, its operation, a bar as long as it lasts, and what is new in it. A
 * bar with an arrow goes on; dots stand for the time without a row.
 */
final class TimelineDrawing {
    private static final int WIDTH = 100;
    private static final int BAR_WIDTH = 30;
    private static final int ARROW_WIDTH = 4;
    private static final String GAP = "  ";
    private static final int WHOLE_SECONDS = "yyyy-MM-dd HH:mm:ss".length();
    private static final int DATE = "yyyy-MM-dd".length();
    private static final TableSchema TIME = TableSchema.builder(TableId.of("time"))
            .column("time", LogicalType.TIMESTAMP)
            .build();

    private final KeyTimeline timeline;
    private final StringBuilder out = new StringBuilder();
    private final int timeWidth;
    private final long start;
    private final long end;
    private final boolean open;

    private TimelineDrawing(KeyTimeline timeline) {
        this.timeline = timeline;
        Version last = timeline.last().get(timeline.last().size() - 1);
        this.open = last.isCurrent();
        this.start = timeline.last().get(0).validFrom();
        this.end = open ? last.validFrom() : last.validTo();
        boolean fractions = timeline.last().stream()
                .anyMatch(version ->
                        hasFraction(version.validFrom()) || !version.isCurrent() && hasFraction(version.validTo()));
        this.timeWidth = fractions ? time(start).length() : WHOLE_SECONDS;
    }

    /** The drawing, at most 100 columns wide. */
    static String of(KeyTimeline timeline) {
        return new TimelineDrawing(timeline).draw();
    }

    private String draw() {
        TableSchema schema = timeline.last().get(0).row().schema();
        int shown = timeline.last().size();
        line(String.join(",", schema.keyNames()) + " = " + timeline.key() + ": " + timeline.versions()
                + (timeline.versions() == 1 ? " version" : " versions")
                + (shown < timeline.versions() ? ", the last " + shown + " of them:" : ""));
        scale();
        Version before = timeline.before();
        for (Version version : timeline.last()) {
            if (before != null && before.validTo() < version.validFrom() && before.validTo() >= start) {
                gap(before.validTo(), version.validFrom());
            }
            entry(version.validFrom(), String.valueOf(version.operation()), bar(version), news(before, version));
            before = version;
        }
        if (!open) {
            entry(end, "-", " ".repeat(cell(end)) + "·".repeat(BAR_WIDTH - cell(end)), "deleted");
        }
        return out.toString();
    }

    private void scale() {
        String from = time(start).substring(0, DATE);
        String to = time(end).substring(0, DATE);
        if (from.equals(to)) {
            from = time(start).substring(DATE + 1, WHOLE_SECONDS);
            to = time(end).substring(DATE + 1, WHOLE_SECONDS);
        }
        int right = open ? BAR_WIDTH - ARROW_WIDTH : BAR_WIDTH;
        line(" ".repeat(timeWidth) + GAP + " " + GAP + from
                + " ".repeat(Math.max(1, right - from.length() - to.length())) + to);
    }

    private void gap(long from, long to) {
        int first = cell(from);
        int behind = Math.max(first + 1, cell(to));
        entry(from, "-", " ".repeat(first) + "·".repeat(behind - first), "deleted");
    }

    private String bar(Version version) {
        int first = Math.min(cell(version.validFrom()), BAR_WIDTH - 1);
        String stroke = version.isMarker() ? "░" : "█";
        if (version.isCurrent()) {
            return " ".repeat(first) + stroke.repeat(BAR_WIDTH - 1 - first) + "▶";
        }
        int behind = Math.max(first + 1, cell(version.validTo()));
        return " ".repeat(first) + stroke.repeat(behind - first);
    }

    /** The cell of a time, in proportion. */
    private int cell(long time) {
        int cells = BAR_WIDTH - (open ? ARROW_WIDTH : 1);
        return end == start ? 0 : (int) Math.round((double) (time - start) / (end - start) * cells);
    }

    private static String news(@Nullable Version before, Version version) {
        if (version.isMarker()) {
            return "deleted";
        }
        Row row = version.row();
        StringJoiner news = new StringJoiner(", ");
        if (before != null && (before.isMarker() || before.validTo() < version.validFrom())) {
            news.add("is back");
        }
        for (int i = 0; i < row.schema().size(); i++) {
            String name = row.schema().column(i).name();
            if (row.schema().isKey(i)) {
                continue;
            } else if (before == null) {
                news.add(name + "=" + text(row, i));
            } else if (!text(before.row(), i).equals(text(row, i))) {
                news.add(name + ": " + text(before.row(), i) + " → " + text(row, i));
            }
        }
        return news.toString();
    }

    private static String text(Row row, int ordinal) {
        if (!row.hasValue(ordinal)) {
            return "NULL";
        }
        String text = ValueText.of(row, ordinal);
        return text.isEmpty() ? "''" : text;
    }

    private void entry(long from, String operation, String bar, String news) {
        int widest = WIDTH - timeWidth - BAR_WIDTH - 1 - 3 * GAP.length();
        line(time(from).substring(0, timeWidth)
                + GAP
                + operation
                + GAP
                + bar
                + " ".repeat(BAR_WIDTH - bar.length())
                + GAP
                + TextTable.inOneLine(news, widest));
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append(System.lineSeparator());
    }

    private static boolean hasFraction(long micros) {
        return Math.floorMod(micros, TimeUnit.SECONDS.toMicros(1)) != 0;
    }

    private static String time(long micros) {
        return ValueText.of(Row.builder(TIME).setPrimitive(0, micros).build(), 0);
    }
}
