package io.cdcsdk.runtime;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A dead letter that is not resolved.
 *
 * @param id its place in the log
 * @param letter what was set aside, and why
 */
public record OpenLetter(Id id, Letter letter) {
    /** As the events came: lane by lane, by their positions. */
    static final Comparator<OpenLetter> ORDER = Comparator.comparing(
                    (OpenLetter open) -> open.letter().lane())
            .thenComparing(open -> open.letter().position());

    /**
     * The dead letters of one sink of a pipeline, in the order of their events. Those that a pipeline has set aside and not committed
     * yet may be among them. Changes nothing; the pipeline may run.
     */
    public static List<OpenLetter> read(DeadLetterStore store, String pipeline, String sink) {
        List<OpenLetter> found = new ArrayList<>();
        try (DeadLetterLog log = store.open(pipeline, sink)) {
            DeadLetters letters = DeadLetters.toRead(sink, log);
            log.read((id, record) -> {
                if (record instanceof Letter letter && letters.isOpen(id)) {
                    found.add(new OpenLetter(id, letter));
                }
            });
        }
        found.sort(ORDER);
        return found;
    }
}
