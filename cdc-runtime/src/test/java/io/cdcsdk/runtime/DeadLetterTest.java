package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.person;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.runtime.transform.Mask;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of events that cannot be taken, and of those behind them. */
@Timeout(60)
class DeadLetterTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** A sink that refuses rows by their names. */
    private Sink sink() {
        return new ForwardingSink(InMemorySink.on(target)) {
            @Override
            public void write(EventBatch batch) {
                for (ChangeEvent event : batch.events()) {
                    if (event instanceof RowChange change
                            && change.after() != null
                            && refused.contains(String.valueOf(change.after().value(1)))) {
                        throw new BadRecord("the row at " + event.position() + " does not fit");
                    }
                }
                super.write(batch);
            }
        };
    }

    private Transform refusing() {
        return (event, schema) -> {
            if (event instanceof RowChange change
                    && change.after() != null
                    && refused.contains(String.valueOf(change.after().value(1)))) {
                throw new BadRecord(ErrorCategory.VALIDATION, "not valid at " + event.position());
            }
            return event;
        };
    }

    private Pipeline.Builder pipeline(ScriptedOrigin origin, Sink sink) {
        return Pipeline.builder("letters")
                .source(ScriptedSource.over(origin).batchSize(50).build())
                .sink("memory", sink)
                .commit(CommitBounds.standard().withRows(40))
                .deadLetters(store);
    }

    private List<OpenLetter> letters() {
        return OpenLetter.read(store, "letters", "memory");
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (Row row : target.rows(PERSON)) {
            names.add(String.valueOf(row.value(1)));
        }
        return names;
    }

    @Test
    void oneBadRowDoesNotTakeTheOthersAlong() {
        refused.add("name 500");
        ScriptedOrigin origin =
                new ScriptedOrigin().append("lane", persons(1000).take());
        pipeline(origin, sink()).build().run();
        assertThat(target.rows(PERSON)).hasSize(999);
        assertThat(names()).doesNotContain("name 500");
        assertThat(letters()).singleElement().satisfies(open -> {
            assertThat(open.letter().lane()).isEqualTo("lane");
            assertThat(open.letter().position().offset()).isEqualTo(500);
            assertThat(open.letter().fault()).isNotNull().satisfies(fault -> {
                assertThat(fault.category()).isEqualTo(ErrorCategory.SINK);
                assertThat(fault.message()).contains("does not fit");
            });
            assertThat(open.letter().attempts()).isBetween(5, 8);
        });
    }

    private static ScriptedOrigin changesBehind() {
        EventScript script = persons(3);
        script.update(person(2, "name 2"), person(2, "bad"));
        script.update(person(2, "bad"), person(2, "later"));
        script.update(person(1, "name 1"), person(1, "changed"));
        script.update(person(2, "later"), person(2, "last"));
        return new ScriptedOrigin().append("lane", script.take());
    }

    @Test
    void whatComesBehindABadRowOfTheKeyWaitsAndIsReplayedInOrder() {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("changed", "name 2", "name 3");
        assertThat(letters()).hasSize(3);

        ReplayResult still = pipeline(changesBehind(), sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(still.replayed()).isZero();
        assertThat(still.failed()).isOne();
        assertThat(still.waiting()).isEqualTo(2);

        refused.clear();
        ReplayResult result = pipeline(changesBehind(), sink())
                .build()
                .replay("memory", DeadLetterFilter.category(ErrorCategory.SINK));
        assertThat(result.replayed()).isEqualTo(3);
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
        assertThat(letters()).isEmpty();
    }

    @Test
    void whatComesBehindAnEventThatATransformRefusesWaitsToo() {
        refused.add("bad");
        pipeline(changesBehind(), InMemorySink.on(target))
                .transform(refusing())
                .build()
                .run();
        assertThat(names()).containsExactlyInAnyOrder("changed", "name 2", "name 3");
        assertThat(letters()).hasSize(3);
        assertThat(letters().get(0).letter().fault())
                .isNotNull()
                .satisfies(fault -> assertThat(fault.category()).isEqualTo(ErrorCategory.VALIDATION));
        assertThat(letters().get(1).letter().fault()).isNull();

        refused.clear();
        ReplayResult result = pipeline(changesBehind(), InMemorySink.on(target))
                .transform(refusing())
                .build()
                .replay("memory", DeadLetterFilter.all());
        assertThat(result).isEqualTo(new ReplayResult(3, 0, 0, List.of()));
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
    }

    @Test
    void aKeyWaitsOverRestarts() {
        refused.add("bad");
        EventScript script = persons(2);
        script.update(person(2, "name 2"), person(2, "bad"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        pipeline(origin, sink()).build().run();
        script.update(person(2, "bad"), person(2, "later"));
        origin.append("lane", script.take());
        refused.clear();
        pipeline(origin, sink()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("name 1", "name 2");
        assertThat(letters()).hasSize(2);
        pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactlyInAnyOrder("name 1", "later");
        script.update(person(2, "later"), person(2, "free"));
        origin.append("lane", script.take());
        pipeline(origin, sink()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("name 1", "free");
    }

    @Test
    void aTruncateMakesLettersBeforeItVoid() {
        refused.add("bad");
        EventScript script = EventScript.create();
        script.insert(person(1, "bad"));
        script.truncate(PERSON);
        script.insert(person(1, "new"));
        pipeline(new ScriptedOrigin().append("lane", script.take()), sink())
                .build()
                .run();
        assertThat(names()).containsExactly("new");
        assertThat(letters()).isEmpty();
    }

    @Test
    void aSnapshotThatIsCompleteMakesLettersBeforeItVoid() {
        refused.add("bad");
        EventScript script = EventScript.create();
        script.insert(person(1, "bad"));
        script.insert(person(2, "bad"));
        script.snapshotStarted(PERSON);
        script.snapshotRow(person(1, "new"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        pipeline(origin, sink()).build().run();
        assertThat(letters()).hasSize(3);

        refused.clear();
        ReplayResult during = pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(during).as("while the snapshot is taken").isEqualTo(new ReplayResult(0, 0, 3, List.of()));

        script.snapshotCompleted(PERSON);
        origin.append("lane", script.take());
        pipeline(origin, sink()).build().run();
        assertThat(letters()).hasSize(1);
        pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactly("new");
        assertThat(letters()).isEmpty();
    }

    /** A sink that finds out at its commit which rows it refuses. */
    private Sink sinkThatRefusesLate() {
        List<EventBatch> written = new ArrayList<>();
        Set<ChangeEvent> passedOver = new HashSet<>();
        return new ForwardingSink(InMemorySink.on(target)) {
            @Override
            public void write(EventBatch batch) {
                written.add(batch);
            }

            @Override
            public void commit(Commit commit) {
                Set<String> moved = new HashSet<>();
                commit.moves().forEach(move -> moved.add(move.target()));
                written.forEach(batch ->
                        batch.events().forEach(event -> assertThat(moved).contains(target(event.table()))));
                List<EventsRefused.Refusal> refusals = written.stream()
                        .flatMap(batch -> batch.events().stream()
                                .filter(event -> isRefused(event) && passedOver.add(event))
                                .map(event -> new EventsRefused.Refusal(
                                        batch.lane(), event, ErrorCategory.TOO_LATE, "late: " + event.position())))
                        .toList();
                if (!refusals.isEmpty()) {
                    throw new EventsRefused("some are late", refusals);
                }
                for (EventBatch batch : written) {
                    super.write(batch.withEvents(batch.events().stream()
                            .filter(event -> !passedOver.contains(event))
                            .toList()));
                }
                written.clear();
                super.commit(commit);
            }
        };
    }

    private boolean isRefused(ChangeEvent event) {
        return event instanceof RowChange change
                && change.after() != null
                && refused.contains(String.valueOf(change.after().value(1)));
    }

    @Test
    void anEventThatIsRefusedAtTheCommitIsSetAsideAlone() {
        refused.add("bad");
        pipeline(changesBehind(), sinkThatRefusesLate()).build().run();
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
        assertThat(letters()).singleElement().satisfies(open -> {
            assertThat(open.letter().keys()).isEmpty();
            assertThat(open.letter().fault()).isNotNull().satisfies(fault -> {
                assertThat(fault.category()).isEqualTo(ErrorCategory.TOO_LATE);
                assertThat(fault.message()).isEqualTo("late: " + open.letter().position());
            });
        });

        ReplayResult still =
                pipeline(changesBehind(), sinkThatRefusesLate()).build().replay("memory", DeadLetterFilter.all());
        assertThat(still.failed()).isOne();
        assertThat(still.failures()).singleElement().asString().startsWith("late: ");
        assertThat(letters()).hasSize(1);

        refused.clear();
        pipeline(changesBehind(), sinkThatRefusesLate()).build().replay("memory", DeadLetterFilter.all());
        assertThat(letters()).isEmpty();
    }

    @Test
    void anEventThatIsRefusedAtTheCommitStopsAPipelineWithoutDeadLetters() {
        refused.add("bad");
        Pipeline pipeline = Pipeline.builder("letters")
                .source(ScriptedSource.over(changesBehind()).build())
                .sink("memory", sinkThatRefusesLate())
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(EventsRefused.class).hasMessage("some are late");
        assertThat(target.rows(PERSON)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Point.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void aReplayWhoseAnswerIsLostHappensOnce(Faults.Point point) {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        refused.clear();
        Faults faults = new Faults();
        faults.fail(point, 1, () -> new OutcomeUnknown("lost", new RuntimeException("reset")));
        ReplayResult result = pipeline(
                        changesBehind(),
                        InMemorySink.builder(target).faults(faults).build())
                .build()
                .replay("memory", DeadLetterFilter.all());
        assertThat(result).isEqualTo(new ReplayResult(3, 0, 0, List.of()));
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
        assertThat(letters()).isEmpty();
    }

    @Test
    void aReplayThatNeverHappenedIsNotTakenForALaterOne() {
        refused.addAll(Set.of("name 1", "name 2"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(3).take());
        pipeline(origin, sink()).build().run();
        assertThat(letters()).hasSize(2);

        refused.clear();
        Faults faults = new Faults();
        faults.fail(Faults.Point.BEFORE_COMMIT, 1, () -> new Fatal("the disk is gone"));
        Pipeline dying = pipeline(
                        origin, InMemorySink.builder(target).faults(faults).build())
                .build();
        assertThatThrownBy(() -> dying.replay("memory", DeadLetterFilter.all())).isInstanceOf(Fatal.class);
        refused.add("name 2");
        pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactlyInAnyOrder("name 1", "name 3");

        pipeline(origin, sink()).build().run();
        assertThat(letters()).hasSize(1);
        refused.clear();
        pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactlyInAnyOrder("name 1", "name 2", "name 3");
    }

    @Test
    void lettersThatASessionWroteWhileThisOneOpenedAreSeen() {
        refused.addAll(Set.of("bad", "worse"));
        EventScript script = EventScript.create();
        script.insert(person(1, "bad"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        pipeline(origin, sink()).build().run();
        script.insert(person(2, "worse"));
        origin.append("lane", script.take());
        Sink slow = new ForwardingSink(sink()) {
            @Override
            public void open() {
                pipeline(origin, sink()).build().run();
                refused.clear();
                super.open();
            }
        };
        ReplayResult result = pipeline(origin, slow).build().replay("memory", DeadLetterFilter.all());
        assertThat(result.replayed()).isEqualTo(2);
        assertThat(names()).containsExactlyInAnyOrder("bad", "worse");
        assertThat(letters()).isEmpty();
    }

    @Test
    void pipelinesKeepTheirLettersApartInOneTarget() {
        refused.add("bad");
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("lane", EventScript.create().insert(person(1, "bad")).take());
        pipeline(origin, sink()).build().run();
        Supplier<Pipeline> other = () -> Pipeline.builder("others")
                .source(ScriptedSource.over(new ScriptedOrigin()
                                .append(
                                        "other lane",
                                        EventScript.create()
                                                .insert(person(2, "bad"))
                                                .take()))
                        .build())
                .sink("memory", sink())
                .deadLetters(store)
                .build();
        other.get().run();
        pipeline(origin, sink()).build().run();
        refused.clear();
        assertThat(other.get().replay("memory", DeadLetterFilter.all()).replayed())
                .isOne();
        assertThat(pipeline(origin, sink())
                        .build()
                        .replay("memory", DeadLetterFilter.all())
                        .replayed())
                .isOne();
        assertThat(names()).containsExactlyInAnyOrder("bad", "bad");
    }

    @Test
    void aKeyThatComesInTwoLanesIsReplayedAsItWasSetAside() {
        refused.add("bad");
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("users", EventScript.create().insert(person(1, "bad")).take());
        pipeline(origin, sink()).build().run();
        origin.append(
                "changes",
                EventScript.create()
                        .update(person(1, "bad"), person(1, "later"))
                        .take());
        pipeline(origin, sink()).build().run();
        assertThat(letters()).hasSize(2);
        refused.clear();
        pipeline(origin, sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactly("later");
    }

    @Test
    void whatComesBehindATableThatATransformRefusesWaits() {
        AtomicBoolean refusesTables = new AtomicBoolean(true);
        Transform transform = (event, schema) -> {
            if (refusesTables.get() && !(event instanceof RowChange)) {
                throw new BadRecord("no row at " + event.position());
            }
            return event;
        };
        EventScript script = EventScript.create();
        script.insert(person(1, "old"));
        script.truncate(PERSON);
        script.insert(person(2, "new"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        pipeline(origin, sink()).transform(transform).build().run();
        script.insert(person(3, "newer"));
        script.snapshotStarted(PERSON).snapshotRow(person(2, "new")).snapshotCompleted(PERSON);
        origin.append("lane", script.take());
        pipeline(origin, sink()).transform(transform).build().run();
        assertThat(names()).containsExactly("old");
        assertThat(letters()).hasSize(6);

        ReplayResult still =
                pipeline(origin, sink()).transform(transform).build().replay("memory", DeadLetterFilter.all());
        assertThat(still.failed()).isOne();
        assertThat(still.waiting()).isEqualTo(5);
        assertThat(names()).containsExactly("old");

        refusesTables.set(false);
        ReplayResult result =
                pipeline(origin, sink()).transform(transform).build().replay("memory", DeadLetterFilter.all());
        assertThat(result).isEqualTo(new ReplayResult(6, 0, 0, List.of()));
        assertThat(names()).containsExactly("new");
    }

    @Test
    void aSnapshotWhoseBeginningWasWrittenTwiceMakesLettersVoid() {
        refused.add("bad");
        EventScript script = EventScript.create();
        script.insert(person(1, "bad"));
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        pipeline(origin, sink()).build().run();
        origin.append(
                "lane",
                script.snapshotStarted(PERSON).snapshotRow(person(2, "new")).take());
        Faults faults = new Faults();
        faults.fail(Faults.Point.BEFORE_COMMIT, 1, () -> new OutcomeUnknown("lost", new RuntimeException("reset")));
        pipeline(origin, InMemorySink.builder(target).faults(faults).build())
                .build()
                .run();
        origin.append("lane", script.snapshotCompleted(PERSON).take());
        pipeline(origin, sink()).build().run();
        assertThat(letters()).isEmpty();
        assertThat(names()).containsExactly("new");
    }

    /** The store of this test, whose first append fails for the moment. */
    private DeadLetterStore failingOnce() {
        AtomicBoolean fails = new AtomicBoolean(true);
        return (pipeline, sink) -> {
            DeadLetterLog log = store.open(pipeline, sink);
            return new DeadLetterLog() {
                @Override
                public String session() {
                    return log.session();
                }

                @Override
                public byte[] salt() {
                    return log.salt();
                }

                @Override
                public void append(List<DeadLetterRecord> records) {
                    if (fails.getAndSet(false)) {
                        throw new Retryable("the disk is full");
                    }
                    log.append(records);
                }

                @Override
                public void read(Visitor visitor) {
                    log.read(visitor);
                }

                @Override
                public void close() {
                    log.close();
                }
            };
        };
    }

    @Test
    void aReplayThatHasHappenedIsNotedAlsoWhereTheLogFailsForTheMoment() {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        refused.clear();
        Faults faults = new Faults();
        faults.fail(Faults.Point.AFTER_COMMIT, 1, () -> new Fatal("killed"));
        Pipeline dying = pipeline(
                        changesBehind(),
                        InMemorySink.builder(target).faults(faults).build())
                .build();
        assertThatThrownBy(() -> dying.replay("memory", DeadLetterFilter.all())).isInstanceOf(Fatal.class);
        assertThat(letters()).hasSize(3);

        ReplayResult result = pipeline(changesBehind(), sink())
                .deadLetters(failingOnce())
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(2)))
                .build()
                .replay("memory", DeadLetterFilter.all());
        assertThat(result).isEqualTo(new ReplayResult(0, 0, 0, List.of()));
        assertThat(letters()).isEmpty();
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
    }

    @Test
    void filesOfLettersThatAreReplayedGoAway(@TempDir Path directory) throws IOException {
        EventScript script = EventScript.create();
        ScriptedOrigin origin = new ScriptedOrigin();
        DeadLetterStore files =
                FileDeadLetterStore.builder().directory(directory).build();
        for (int id = 1; id <= 12; id++) {
            refused.add("bad");
            origin.append("lane", script.insert(person(id, "bad")).take());
            pipeline(origin, sink()).deadLetters(files).build().run();
            refused.clear();
            ReplayResult result =
                    pipeline(origin, sink()).deadLetters(files).build().replay("memory", DeadLetterFilter.all());
            assertThat(result.replayed()).isOne();
        }
        assertThat(names()).hasSize(12);
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.filter(file -> file.toString().endsWith(".jsonl"))).hasSizeBetween(2, 8);
        }
    }

    @Test
    void aReplayWithOtherMasksIsRefused() {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        refused.clear();
        Mask mask = Mask.table("public.person").redact("name");
        ReplayResult other =
                pipeline(changesBehind(), sink()).transform(mask).build().replay("memory", DeadLetterFilter.all());
        assertThat(other.replayed()).isZero();
        assertThat(other.failures()).singleElement().asString().contains("other masks", "drop it");
        assertThat(names()).containsExactlyInAnyOrder("changed", "name 2", "name 3");
        ReplayResult same = pipeline(changesBehind(), sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(same.replayed()).isEqualTo(3);
    }

    @Test
    void lettersThatAreDroppedAreGone() {
        refused.add("bad");
        pipeline(changesBehind(), sink()).build().run();
        long dropped = pipeline(changesBehind(), sink())
                .build()
                .dropDeadLetters("memory", DeadLetterFilter.category(ErrorCategory.SINK));
        assertThat(dropped).isOne();
        assertThat(letters()).hasSize(2);
        pipeline(changesBehind(), sink()).build().replay("memory", DeadLetterFilter.all());
        assertThat(names()).containsExactlyInAnyOrder("changed", "last", "name 3");
    }

    @Test
    void tooManyLettersStopThePipeline() {
        for (int i = 1; i <= 1000; i++) {
            refused.add("name " + i);
        }
        Pipeline pipeline = pipeline(
                        new ScriptedOrigin().append("lane", persons(1000).take()), sink())
                .deadLetterBytes(20_000)
                .build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("dead-letter-bytes")
                .hasMessageContaining("replay or drop");
        assertThat(target.rows(PERSON)).isEmpty();
    }
}
