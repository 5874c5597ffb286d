package io.cdcsdk.format;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Outdated;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Writes the {@linkplain JsonDeadLetters JSON form} of dead letters. */
final class JsonDeadLetterWriter {
    private JsonDeadLetterWriter() {}

    static String write(JsonDeadLetters.Header header) {
        StringBuilder out = new StringBuilder("{\"format\":\"")
                .append(JsonDeadLetters.FORMAT)
                .append('/')
                .append(JsonDeadLetters.FORMAT_VERSION)
                .append("\",\"session\":");
        JsonStrings.append(out, header.session());
        return out.append(",\"first\":").append(header.first()).append('}').toString();
    }

    static void append(StringBuilder out, DeadLetterRecord record) {
        if (record instanceof Letter letter) {
            appendLetter(out.append("{\"record\":\"letter\""), letter);
        } else if (record instanceof Replay replay) {
            out.append("{\"record\":\"replay\",\"number\":").append(replay.number());
            JsonStrings.append(out.append(",\"target\":"), replay.target());
            appendIds(out, replay.letters());
        } else if (record instanceof Resolved resolved) {
            out.append("{\"record\":\"resolved\",\"how\":\"")
                    .append(text(resolved.how()))
                    .append('"');
            appendIds(out, resolved.letters());
        } else if (record instanceof Outdated outdated) {
            out.append("{\"record\":\"outdated\"");
            appendIds(out, outdated.letters());
        } else if (record instanceof Settled settled) {
            appendSettled(out, settled);
        }
        out.append('}');
    }

    private static void appendLetter(StringBuilder out, Letter letter) {
        JsonStrings.append(out.append(",\"lane\":"), letter.lane());
        JsonStrings.append(out.append(",\"position\":"), letter.position().text());
        String target = letter.target();
        if (target != null) {
            JsonStrings.append(out.append(",\"target\":"), target);
        }
        out.append(",\"keys\":[");
        String separator = "";
        for (String key : letter.keys()) {
            JsonStrings.append(out.append(separator), key);
            separator = ",";
        }
        out.append("],\"transforms\":").append(letter.transforms());
        String chain = letter.chain();
        if (chain != null) {
            JsonStrings.append(out.append(",\"chain\":"), chain);
        }
        Fault fault = letter.fault();
        if (fault != null) {
            out.append(",\"fault\":{\"category\":\"")
                    .append(fault.category().text())
                    .append('"');
            JsonStrings.append(out.append(",\"message\":"), fault.message());
            JsonStrings.append(out.append(",\"failure\":"), fault.failure());
            out.append('}');
        }
        out.append(",\"attempts\":").append(letter.attempts());
        out.append(",\"time\":\"").append(letter.time()).append('"');
        ChangeEvent event = letter.event();
        if (event != null) {
            JsonEvents.append(out.append(",\"event\":"), event);
        }
        String content = letter.content();
        if (content != null) {
            JsonStrings.append(out.append(",\"content\":"), content);
        }
    }

    private static void appendIds(StringBuilder out, List<Id> ids) {
        out.append(",\"letters\":[");
        String session = null;
        for (Id id : ids) {
            if (id.session().equals(session)) {
                out.append(',');
            } else {
                out.append(session == null ? "{\"session\":" : "]},{\"session\":");
                session = id.session();
                JsonStrings.append(out, session);
                out.append(",\"indexes\":[");
            }
            out.append(id.index());
        }
        out.append(session == null ? "]" : "]}]");
    }

    private static void appendSettled(StringBuilder out, Settled settled) {
        out.append("{\"record\":\"settled\",\"records\":{");
        String separator = "";
        for (var entry : new TreeMap<>(settled.records()).entrySet()) {
            JsonStrings.append(out.append(separator), entry.getKey());
            out.append(':').append(entry.getValue());
            separator = ",";
        }
        out.append('}');
    }

    static String text(Resolution how) {
        return how.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
