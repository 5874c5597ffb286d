package io.cdcsdk.testkit;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.scd.DeleteMode;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import io.cdcsdk.scd.TieRule;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A spec with what it cannot tell of itself.
 *
 * @param spec the spec
 * @param named the columns that it names as tracked or overwritten
 * @param sequenceType the type of the sequence column, if there is one
 * @param isBroken whether the case has an event that breaks the contract
 * @param text the spec in words
 */
record HistoryCaseSpec(Scd2Spec spec, List<String> named, LogicalType sequenceType, boolean isBroken, String text) {

    static HistoryCaseSpec random(Random random, HistoryCaseKeys keys) {
        Scd2Spec.Builder builder = Scd2Spec.builder();
        List<String> text = new ArrayList<>();
        if (keys == HistoryCaseKeys.NAMED) {
            builder.key(keys.key().toArray(String[]::new));
        }
        Sequence sequence = List.of(
                        Sequence.sourceOrder(),
                        Sequence.sourceOrder(),
                        Sequence.commitTime(),
                        Sequence.column("changed_at"))
                .get(random.nextInt(4));
        builder.sequence(sequence);
        text.add(sequence.toString());
        TieRule tieRule = random.nextInt(4) == 0 ? TieRule.POSITION : TieRule.SOURCE_ORDER;
        builder.tieRule(tieRule);
        text.add("ties by " + tieRule);
        DeleteMode deletes = random.nextBoolean() ? DeleteMode.MARKER : DeleteMode.CLOSE;
        builder.deletes(deletes);
        text.add("deletes " + deletes);
        if (random.nextBoolean()) {
            builder.unlimitedLateness();
            text.add("unlimited lateness");
        } else {
            Duration lateness =
                    Duration.of(List.of(0, 1, 2, 3, 5).get(random.nextInt(5)) * HistoryCase.UNIT, ChronoUnit.MICROS);
            builder.lateness(lateness);
            text.add("lateness " + lateness);
        }
        List<String> named = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            for (String name : List.of("name", "count", "price", "ratio", "note")) {
                if (random.nextInt(3) == 0) {
                    named.add(name);
                }
            }
            if (random.nextBoolean()) {
                builder.tracked(named.toArray(String[]::new));
                text.add("tracked " + named);
            } else {
                builder.overwritten(named.toArray(String[]::new));
                text.add("overwritten " + named);
            }
        }
        LogicalType type = random.nextBoolean() ? LogicalType.TIMESTAMP : LogicalType.INSTANT;
        return new HistoryCaseSpec(builder.build(), named, type, random.nextInt(8) == 0, String.join(", ", text));
    }

    Sequence sequence() {
        return spec.sequence();
    }

    boolean names(String column) {
        return named.contains(column);
    }

    @Override
    public String toString() {
        return text;
    }
}
