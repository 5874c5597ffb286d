package io.cdcsdk.runtime;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A dead letter that is not resolved.
 *
 * @param id its place in the log
 * @param letter what was set aside, and why
 */
public record OpenLetter(Id id, Letter letter) {
    /** As the events came: those of a lane by their positions, and lanes among each other as they are in the log. */
    static List<OpenLetter> inOrder(List<OpenLetter> asInTheLog) {
        Map<String, Iterator<OpenLetter>> byLane = new HashMap<>();
        asInTheLog.stream()
                .collect(Collectors.groupingBy(open -> open.letter().lane()))
                .forEach((lane, letters) -> {
                    letters.sort(Comparator.comparing(open -> open.letter().position()));
                    byLane.put(lane, letters.iterator());
                });
        return asInTheLog.stream()
                .map(open ->
                        Objects.requireNonNull(byLane.get(open.letter().lane())).next())
                .toList();
    }

    /**
     * The dead letters of one sink of a pipeline, in the order of their events. Those that a pipeline has set aside and not committed
     * yet may be among them. Changes nothing; the pipeline may run.
     */
    public static List<OpenLetter> read(DeadLetterStore store, String pipeline, String sink) {
        List<OpenLetter> found = new ArrayList<>();
        try (DeadLetterLog log = store.open(pipeline, sink)) {
            Set<Id> open = WrittenLetters.read(log).letters().keySet();
            log.read((id, record) -> {
                if (record instanceof Letter letter && open.contains(id)) {
                    found.add(new OpenLetter(id, letter));
                }
            });
        }
        return inOrder(found);
    }
}
