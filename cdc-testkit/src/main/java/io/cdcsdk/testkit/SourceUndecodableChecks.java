package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.Undecodable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How a source goes on behind a record that it cannot decode, or without its lane. */
abstract class SourceUndecodableChecks extends SourceReplayChecks {
    /** Changes before and behind a record that cannot be decoded, as they must be delivered. */
    private List<RowChange> produceAroundUndecodable() throws Exception {
        List<RowChange> expected = new ArrayList<>(produceChanges(51, 12));
        produceUndecodable();
        expected.addAll(produceChanges(52, 12));
        return expected;
    }

    private static Positions after(String lane, Position position) {
        return Positions.of(lane, position);
    }

    @Test
    void whatCannotBeDecodedIsSkippedAlone() throws Exception {
        assumeCapable(SourceCapability.SKIPS_UNDECODABLE);
        List<RowChange> expected = produceAroundUndecodable();
        SourceSession session = open(Positions.none());
        String failure = session.readToUndecodable(patience()).getMessage();
        assertThat(session.readToUndecodable(patience()))
                .as("the failure of the poll after one that failed, and before a skip")
                .hasMessage(failure);
        session.skip();
        session.read(expected.size(), patience());
        assertThat(byKey(session.events())).isEqualTo(byKey(expected));
    }

    @Test
    void aSkippedRecordKeepsItsPlace() throws Exception {
        assumeCapable(SourceCapability.SKIPS_UNDECODABLE);
        int count = produceAroundUndecodable().size();
        SourceSession first = open(Positions.none());
        first.readToUndecodable(patience());
        Undecodable skipped = first.skip();
        first.read(count, patience());
        first.close();

        SourceSession second = open(Positions.none());
        second.readToUndecodable(patience());
        assertThat(second.skip()).as("what is skipped the second time").isEqualTo(skipped);
        second.read(count, patience());
        second.close();
        assertThat(second.byLane()).isEqualTo(first.byLane());

        List<ChangeEvent> behind = first.following(skipped.lane(), skipped.position());
        assertThat(behind).as("the events behind it in its lane").isNotEmpty();
        SourceSession afterIt = open(after(skipped.lane(), skipped.position()));
        afterIt.read(count(first, skipped, behind), patience());
        afterIt.close();
        assertThat(afterIt.byLane().get(skipped.lane()))
                .as("what a source reads that resumes after it")
                .isEqualTo(behind);

        SourceSession beforeIt = open(after(skipped.lane(), lastBefore(first, skipped)));
        beforeIt.readToUndecodable(patience());
        assertThat(beforeIt.skip())
                .as("what is skipped by a source that resumes right before it")
                .isEqualTo(skipped);
    }

    private static int count(SourceSession session, Undecodable skipped, List<ChangeEvent> behind) {
        Map<String, List<ChangeEvent>> others = new TreeMap<>(session.byLane());
        others.remove(skipped.lane());
        return behind.size() + others.values().stream().mapToInt(List::size).sum();
    }

    private static Position lastBefore(SourceSession session, Undecodable skipped) {
        List<Position> before = session.byLane().getOrDefault(skipped.lane(), List.of()).stream()
                .map(ChangeEvent::position)
                .filter(position -> skipped.position().isAfter(position))
                .toList();
        assertThat(before).as("the events before it in its lane").isNotEmpty();
        return before.get(before.size() - 1);
    }

    @Test
    void aHaltedLaneIsLeftAndTheOthersAreRead() throws Exception {
        assumeCapable(SourceCapability.SKIPS_UNDECODABLE);
        int count = produceAroundUndecodable().size();
        SourceSession whole = open(Positions.none());
        whole.readToUndecodable(patience());
        Undecodable skipped = whole.skip();
        whole.read(count, patience());
        whole.close();
        Map<String, List<ChangeEvent>> expected = new TreeMap<>(whole.byLane());
        expected.computeIfPresent(
                skipped.lane(),
                (lane, events) -> events.stream()
                        .filter(event -> skipped.position().isAfter(event.position()))
                        .toList());

        SourceSession session = open(Positions.none());
        session.readToUndecodable(patience());
        assertThat(session.source().halt()).as("the lane that is halted").isEqualTo(skipped.lane());
        session.read(expected.values().stream().mapToInt(List::size).sum(), patience());
        assertThat(session.byLane()).isEqualTo(expected);
        assertThat(session.hasEnded()).isEqualTo(capabilities().contains(SourceCapability.FINITE));
        session.close();

        SourceSession anew = open(Positions.none());
        anew.readToUndecodable(patience());
        assertThat(anew.skip()).isEqualTo(skipped);
    }

    @Test
    void onlyWhatHasFailedIsSkippedOrHalted() throws Exception {
        assumeCapable(SourceCapability.SKIPS_UNDECODABLE);
        produceAroundUndecodable();
        SourceSession session = open(Positions.none());
        assertNothingToSkip(session, "before the first poll");
        session.readAtLeast(1, patience());
        assertNothingToSkip(session, "after a poll that did not throw");
        session.readToUndecodable(patience());
        session.skip();
        assertNothingToSkip(session, "after the record was skipped");
    }

    private static void assertNothingToSkip(SourceSession session, String when) {
        assertThatThrownBy(() -> session.source().skip())
                .as("skip() " + when)
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.source().halt())
                .as("halt() " + when)
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSourceThatDoesNotSkipSaysSo() throws Exception {
        assumeFalse(
                capabilities().contains(SourceCapability.SKIPS_UNDECODABLE), "the source declares SKIPS_UNDECODABLE");
        int count = produceChanges(53, 3).size();
        SourceSession session = open(Positions.none()).read(count, patience());
        assertThatThrownBy(() -> session.source().skip()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> session.source().halt()).isInstanceOf(UnsupportedOperationException.class);
    }
}
