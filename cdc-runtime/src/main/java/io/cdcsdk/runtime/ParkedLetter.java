package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.Position;
import io.cdcsdk.format.JsonEvents;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a letter that is not resolved.
 *
 * @param tables the tables whose emptying makes it void: as the source names them, and as the transforms do
 * @param bytes about what it takes in the log
 */
record ParkedLetter(
        String lane, Position position, @Nullable String target, List<String> keys, Set<String> tables, long bytes) {
    private static final int BYTES_BESIDE_THE_EVENT = 200;

    static ParkedLetter of(Letter letter) {
        ChangeEvent event = letter.event();
        String content = letter.content();
        long bytes = BYTES_BESIDE_THE_EVENT
                + (event == null ? 0 : JsonEvents.write(event).length())
                + (content == null ? 0 : content.length());
        return new ParkedLetter(
                letter.lane(), letter.position(), letter.target(), letter.keys(), tables(letter.keys(), event), bytes);
    }

    private static Set<String> tables(List<String> keys, @Nullable ChangeEvent event) {
        if (!keys.isEmpty()) {
            return keys.stream().map(EventKeys::tableOf).collect(Collectors.toUnmodifiableSet());
        }
        if (event == null) {
            return Set.of();
        }
        // Without a key nothing tells how many of the transforms the event has seen.
        String table = event.table().toString();
        return Set.of(table, EventKeys.SOURCE + table);
    }
}
