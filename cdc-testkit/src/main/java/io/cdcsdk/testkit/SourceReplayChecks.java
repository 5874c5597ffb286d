package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.PositionLost;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.SourceCapability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source delivers, and that it delivers the same again from wherever it resumes. */
abstract class SourceReplayChecks extends SourceFixture {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyChangeArrivesInTheOrderOfItsKey(long seed) throws Exception {
        List<RowChange> expected = produceChanges(seed, 80);
        SourceSession session = open(Positions.none()).read(expected.size(), patience());
        assertThat(byKey(session.events())).isEqualTo(byKey(expected));
    }

    @Test
    void aReplayGivesTheSameEventsAtTheSamePositions() throws Exception {
        int count = produceChanges(5, 30).size();
        SourceSession first = open(Positions.none()).read(count, patience());
        first.close();
        SourceSession second = open(Positions.none()).read(count, patience());
        assertThat(second.byLane()).isEqualTo(first.byLane());
    }

    @Test
    void resumesFromEveryPosition() throws Exception {
        int count = produceChanges(6, 20).size();
        SourceSession full = open(Positions.none()).read(count, patience());
        full.close();
        assertResumesFromEverywhere(full);
    }

    private void assertResumesFromEverywhere(SourceSession full) {
        Map<String, Set<Position>> places = new TreeMap<>();
        for (SourceSession.Received one : full.received()) {
            Set<Position> known = places.computeIfAbsent(one.lane(), none -> new LinkedHashSet<>());
            known.add(one.event().position());
            known.add(one.batch().resumeAfter());
        }
        places.forEach((lane, positions) ->
                positions.forEach(position -> assertResumes(full, full.reached().with(lane, position))));
    }

    private void assertResumes(SourceSession full, Positions resume) {
        Map<String, List<ChangeEvent>> expected = new TreeMap<>();
        int count = 0;
        for (String lane : full.byLane().keySet()) {
            List<ChangeEvent> following = full.following(lane, resume.of(lane));
            count += following.size();
            if (!following.isEmpty()) {
                expected.put(lane, following);
            }
        }
        try (SourceSession resumed = open(resume).read(count, patience())) {
            assertThat(resumed.byLane()).as("what follows %s", resume).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8, 9})
    void resumesFromAnyMixtureOfPositions(long seed) throws Exception {
        int count = produceChanges(seed, 40).size();
        SourceSession full = open(Positions.none()).read(count, patience());
        full.close();
        Random random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            Map<String, Position> resume = new HashMap<>();
            full.byLane().forEach((lane, events) -> {
                int place = random.nextInt(events.size() + 1);
                if (place > 0) {
                    resume.put(lane, events.get(place - 1).position());
                }
            });
            assertResumes(full, Positions.of(resume));
        }
    }

    @Test
    void resumesAfterHalfOfWhatWasReadIsAcknowledged() throws Exception {
        List<RowChange> expected = produceChanges(10, 30);
        SourceSession first = open(Positions.none()).readAtLeast(10, patience());
        Positions five = first.after(5);
        first.source().acknowledge(five);
        List<ChangeEvent> seen = new ArrayList<>(first.events().subList(0, 5));
        first.close();

        SourceSession second = open(five).read(expected.size() - 5, patience());
        seen.addAll(second.events());
        assertThat(byKey(seen)).isEqualTo(byKey(expected));
    }

    @Test
    void resumesAfterEachAcknowledgement() throws Exception {
        List<RowChange> expected = produceChanges(11, 30);
        List<ChangeEvent> seen = new ArrayList<>();
        Positions durable = Positions.none();
        while (seen.size() < expected.size()) {
            SourceSession session = open(durable).readAtLeast(1, patience());
            durable = merged(durable, session.reached());
            session.source().acknowledge(durable);
            session.source().acknowledge(durable);
            seen.addAll(session.events());
            session.close();
        }
        assertThat(byKey(seen)).isEqualTo(byKey(expected));
    }

    private static Positions merged(Positions before, Positions after) {
        Positions merged = before;
        for (Map.Entry<String, Position> entry : after.asMap().entrySet()) {
            merged = merged.with(entry.getKey(), entry.getValue());
        }
        return merged;
    }

    @Test
    void acknowledgingNothingLosesNothing() throws Exception {
        List<RowChange> expected = produceChanges(12, 20);
        SourceSession first = open(Positions.none()).read(expected.size(), patience());
        first.source().acknowledge(Positions.none());
        first.close();
        SourceSession second = open(Positions.none()).read(expected.size(), patience());
        assertThat(second.byLane()).isEqualTo(first.byLane());
    }

    @Test
    void aPositionThatIsGoneIsNotPassedOver() throws Exception {
        produceChanges(13, 10);
        SourceSession before = open(Positions.none()).readAtLeast(3, patience());
        Positions resume = before.after(2);
        before.close();
        assumeTrue(loseHistory(), "the origin cannot lose its history");

        SourceSession after = session(resume);
        assertThatThrownBy(() -> after.open().read(1, patience())).isInstanceOf(PositionLost.class);
    }

    @Test
    void aSnapshotBeginsAndCompletes() throws Exception {
        assumeCapable(SourceCapability.SNAPSHOT);
        List<Row> rows = snapshotRows();
        produceSnapshot(rows);
        RowChange change = produceChanges(14, 1).get(0);

        SourceSession session = open(Positions.none()).read(rows.size() + 3, patience());
        session.close();
        List<ChangeEvent> events =
                session.events().stream().filter(SourceReplayChecks::ofSnapshot).toList();
        assertThat(events).hasSize(rows.size() + 2);
        assertThat(events.get(0)).isInstanceOf(SnapshotStarted.class);
        assertThat(events.get(rows.size() + 1)).isInstanceOf(SnapshotCompleted.class);
        assertThat(byKey(events))
                .isEqualTo(byKey(rows.stream()
                        .map(row -> EventScript.create().snapshotRow(row).take().get(0))
                        .map(event -> delivered((RowChange) event))
                        .toList()));
        List<ChangeEvent> others =
                session.events().stream().filter(event -> !ofSnapshot(event)).toList();
        assertThat(byKey(others)).isEqualTo(byKey(List.of(change)));
        if (!session.source().capabilities().contains(SourceCapability.RESTARTS_SNAPSHOT)) {
            assertResumesFromEverywhere(session);
        }
    }

    private static boolean ofSnapshot(ChangeEvent event) {
        return event instanceof SnapshotStarted
                || event instanceof SnapshotCompleted
                || EventScript.is(event, Operation.SNAPSHOT);
    }

    private List<Row> snapshotRows() {
        RowGenerator generator = new RowGenerator(15);
        Map<List<Object>, Row> rows = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            Row row = generator.row(schema(), states());
            rows.put(Images.key(row), row);
        }
        return List.copyOf(rows.values());
    }
}
