package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.eventually;
import static io.cdcsdk.runtime.People.person;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Undecodable;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.transform.Mask;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of records that the source cannot decode. */
@Timeout(60)
class UndecodableTest {
    private static final String SECRET = "4711-very-secret";

    private final InMemoryTarget target = new InMemoryTarget();
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();

    private Pipeline.Builder pipeline(ScriptedOrigin origin, Faults faults) {
        return Pipeline.builder("people")
                .retry(RetryPolicy.none())
                .source(source(origin))
                .sink("memory", InMemorySink.builder(target).faults(faults).build())
                .commit(CommitBounds.standard().withRows(10))
                .deadLetters(store);
    }

    private Pipeline.Builder skipping(ScriptedOrigin origin) {
        return pipeline(origin, new Faults()).skipUndecodable();
    }

    private static ScriptedSource source(ScriptedOrigin origin) {
        return ScriptedSource.over(origin).batchSize(7).skipsUndecodable().build();
    }

    private static ScriptedOrigin spoilt(long... offsets) {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(40).take());
        for (long offset : offsets) {
            origin.spoil("lane", Position.of(offset), SECRET);
        }
        return origin;
    }

    private List<DeadLetterRecord.Letter> letters() {
        return letters("memory");
    }

    private List<DeadLetterRecord.Letter> letters(String sink) {
        return OpenLetter.read(store, "people", sink).stream()
                .map(OpenLetter::letter)
                .toList();
    }

    private List<Long> ids() {
        return target.rows(PERSON).stream()
                .map(row -> (Long) row.value(0))
                .sorted()
                .toList();
    }

    private static List<Long> idsWithout(Long... left) {
        List<Long> ids = new ArrayList<>(
                IntStream.rangeClosed(1, 40).mapToObj(Long::valueOf).toList());
        ids.removeAll(List.of(left));
        return ids;
    }

    @Test
    void goesToTheDeadLettersAndTheReadingGoesOn() {
        List<DeadLetterRecord.Letter> told = Collections.synchronizedList(new ArrayList<>());
        skipping(spoilt(1, 20, 21, 40))
                .listener(new PipelineListener() {
                    @Override
                    public void setAside(String sink, List<DeadLetterRecord.Letter> letters) {
                        told.addAll(letters);
                    }
                })
                .build()
                .run();

        assertThat(ids()).isEqualTo(idsWithout(1L, 20L, 21L, 40L));
        assertThat(letters()).extracting(letter -> letter.position().offset()).containsExactly(1L, 20L, 21L, 40L);
        assertThat(letters()).allSatisfy(letter -> {
            assertThat(letter.lane()).isEqualTo("lane");
            assertThat(letter.target()).isNull();
            assertThat(letter.keys()).isEmpty();
            assertThat(letter.event()).isNull();
            assertThat(letter.content()).isEqualTo(SECRET);
            assertThat(letter.fault()).isNotNull().satisfies(fault -> {
                assertThat(fault.category()).isEqualTo(ErrorCategory.PARSING);
                assertThat(fault.message()).contains("cannot be decoded").doesNotContain(SECRET);
            });
        });
        assertThat(told).containsExactlyInAnyOrderElementsOf(letters());
        assertThat(target.cursors())
                .filteredOn(cursor -> cursor.lane().equals("lane"))
                .allSatisfy(cursor -> assertThat(cursor.position().offset()).isGreaterThanOrEqualTo(39));
    }

    @Test
    void everySinkGetsItsLetter() {
        InMemoryTarget other = new InMemoryTarget();
        skipping(spoilt(5))
                .sink("other", InMemorySink.on(other), TablePattern.of("nothing.at_all"))
                .build()
                .run();
        assertThat(letters("memory")).hasSize(1);
        assertThat(letters("other")).hasSize(1);
        assertThat(other.cursors())
                .anySatisfy(cursor -> assertThat(cursor.lane()).isEqualTo("lane"));

        skipping(spoilt(5))
                .sink("other", InMemorySink.on(other))
                .sink("late", InMemorySink.on(new InMemoryTarget()))
                .build()
                .run();
        assertThat(letters("memory")).as("not once more for a new sink").hasSize(1);
        assertThat(letters("other")).hasSize(1);
        assertThat(letters("late")).hasSize(1);
    }

    @Test
    void aMaskHidesWhatCannotBeMasked() {
        skipping(spoilt(5))
                .transform(Mask.table("public.person").redact("name"))
                .build()
                .run();
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.content()).isNull();
            assertThat(letter.toString()).doesNotContain(SECRET).contains("cannot be decoded");
        });
    }

    @Test
    void aReplayLeavesItWhereItIs() {
        skipping(spoilt(5)).build().run();
        ReplayResult result = skipping(spoilt(5)).build().replay("memory", DeadLetterFilter.all());
        assertThat(result.replayed()).isZero();
        assertThat(result.failed()).isOne();
        assertThat(result.failures())
                .singleElement()
                .asString()
                .contains("lane 'lane'")
                .contains("cannot be decoded; read it again from its source or drop it");
        assertThat(letters()).hasSize(1);
        assertThat(skipping(spoilt(5)).build().dropDeadLetters("memory", DeadLetterFilter.all()))
                .isOne();
        assertThat(letters()).isEmpty();
    }

    @Test
    void haltsItsLaneAloneUnlessItIsSkipped() throws Exception {
        ScriptedOrigin origin = spoilt(20);
        origin.append("other", EventScript.create().insert(person(100, "x")).take());
        EventScript later = EventScript.after(10);
        Pipeline pipeline = Pipeline.builder("people")
                .source(ScriptedSource.over(origin)
                        .batchSize(7)
                        .endless()
                        .skipsUndecodable()
                        .build())
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withRows(1))
                .build();
        HealthCheck health = HealthCheck.of(pipeline::status);
        pipeline.start();
        eventually(() -> !pipeline.status().source().halted().isEmpty());
        assertThat(pipeline.status().source().halted()).containsOnlyKeys("lane");
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.RUNNING);
        assertThat(health.check().liveness().passes()).isTrue();
        assertThat(health.check().readiness().passes()).isFalse();
        assertThat(health.check().readiness().reasons())
                .singleElement()
                .asString()
                .contains("lane 'lane' is halted")
                .doesNotContain(SECRET);
        origin.append("other", later.insert(person(101, "y")).take());
        eventually(() -> ids().contains(101L));

        pipeline.stop();
        assertThatThrownBy(pipeline::await).isInstanceOf(BadRecord.class).hasMessageContaining("cannot be decoded");
        assertThat(ids()).hasSize(21).contains(19L, 100L, 101L).doesNotContain(20L, 21L);
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.FAILED);
    }

    @Test
    void aFiniteSourceFailsWhenTheOtherLanesHaveEnded() {
        ScriptedOrigin origin = spoilt(3);
        EventScript others = EventScript.create();
        for (int id = 100; id < 300; id++) {
            others.insert(person(id, "x"));
        }
        origin.append("other", others.take());
        Pipeline pipeline = pipeline(origin, new Faults()).build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class);
        assertThat(ids()).hasSize(202);
        assertThat(letters()).isEmpty();

        origin.mend("lane", Position.of(3));
        pipeline(origin, new Faults()).build().run();
        assertThat(ids()).hasSize(240);
    }

    @Test
    void aPipelineWithoutALaneLeftFailsAtOnce() {
        Pipeline pipeline = Pipeline.builder("people")
                .source(ScriptedSource.over(spoilt(20))
                        .endless()
                        .skipsUndecodable()
                        .build())
                .sink("memory", InMemorySink.on(target))
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class);
        assertThat(ids()).hasSize(19);
    }

    @Test
    void aHaltedLaneIsSkippedByALaterRunAndTheOtherWayRound() {
        assertThatThrownBy(() -> pipeline(spoilt(10, 30), new Faults()).build().run())
                .isInstanceOf(BadRecord.class);
        assertThat(ids()).hasSize(9);
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(20).take());
        origin.spoil("lane", Position.of(10), "x");
        skipping(origin).build().run();
        assertThatThrownBy(() -> pipeline(spoilt(10, 30), new Faults()).build().run())
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining(Position.of(30).toString());
        assertThat(ids()).hasSize(28);
        assertThat(letters()).hasSize(1);
    }

    private static ScriptedOrigin transactions(int spoilt) {
        EventScript script = EventScript.create();
        for (int transaction = 0; transaction < 4; transaction++) {
            script.transaction("t" + transaction);
            for (int i = 1; i <= 10; i++) {
                script.insert(person(10L * transaction + i, "x"));
            }
        }
        return new ScriptedOrigin().append("lane", script.take()).spoil("lane", Position.of(spoilt), SECRET);
    }

    static IntStream places() {
        return IntStream.of(1, 10, 11, 14, 15, 20, 35, 40);
    }

    @ParameterizedTest
    @MethodSource("places")
    void theRestOfItsTransactionGoesOn(int place) {
        List<EventBatch> written = Collections.synchronizedList(new ArrayList<>());
        List<PipelineListener.Committed> commits = Collections.synchronizedList(new ArrayList<>());
        skipping(transactions(place))
                .listener(new PipelineListener() {
                    @Override
                    public void written(String sink, EventBatch batch) {
                        written.add(batch);
                    }

                    @Override
                    public void committed(Committed committed) {
                        commits.add(committed);
                    }
                })
                .commit(CommitBounds.standard().withRows(5_000))
                .build()
                .run();
        assertThat(ids()).isEqualTo(idsWithout((long) place));
        assertThat(letters()).hasSize(1);
        Set<String> seen = new HashSet<>();
        for (EventBatch batch : written) {
            Set<String> transactions = new HashSet<>();
            batch.events()
                    .forEach(event -> transactions.add(String.valueOf(
                            event instanceof RowChange change ? change.origin().transaction() : null)));
            assertThat(Collections.disjoint(transactions, seen))
                    .as("each transaction comes whole")
                    .isTrue();
            seen.addAll(transactions);
        }
        assertThat(commits).allMatch(commit -> commit.commit().boundary() == EventBatch.Boundary.TRANSACTION_END);
    }

    @ParameterizedTest
    @MethodSource("places")
    void aHaltedTransactionIsNotCommitted(int place) {
        ScriptedOrigin origin = transactions(place);
        origin.append("other", EventScript.create().insert(person(100, "x")).take());
        assertThatThrownBy(() -> pipeline(origin, new Faults()).build().run()).isInstanceOf(BadRecord.class);
        assertThat(ids()).hasSize((place - 1) / 10 * 10 + 1);
        origin.mend("lane", Position.of(place));
        pipeline(origin, new Faults()).build().run();
        assertThat(ids()).hasSize(41);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_COMMIT", "INSIDE_COMMIT", "AFTER_COMMIT"})
    void aDeathAroundACommitNeitherLosesNorRepeatsIt(Faults.Point point) {
        for (int arrival = 1; arrival <= 4; arrival++) {
            InMemoryTarget fresh = new InMemoryTarget();
            String name = "deaths-" + arrival;
            for (Faults faults : List.of(new Faults().fail(point, arrival, () -> new Fatal("killed")), new Faults())) {
                try {
                    Pipeline.builder(name)
                            .source(source(spoilt(5, 20, 40)))
                            .sink(
                                    "memory",
                                    InMemorySink.builder(fresh).faults(faults).build())
                            .commit(CommitBounds.standard().withRows(10))
                            .deadLetters(store)
                            .skipUndecodable()
                            .build()
                            .run();
                } catch (Fatal e) {
                    assertThat(e).hasMessageContaining("killed");
                }
            }
            assertThat(fresh.rows(PERSON)).hasSize(37);
            assertThat(OpenLetter.read(store, name, "memory"))
                    .extracting(open -> open.letter().position().offset())
                    .containsExactly(5L, 20L, 40L);
        }
    }

    static IntStream seeds() {
        return IntStream.rangeClosed(1, 40);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyRecordIsThereOrAmongTheLettersOnce(int seed) {
        Random random = new Random(seed);
        EventScript script = EventScript.create();
        List<Long> spoilt = new ArrayList<>();
        int count = 50 + random.nextInt(100);
        int transaction = 0;
        for (int id = 1; id <= count; id++) {
            if (random.nextInt(8) == 0) {
                script.transaction("t" + transaction++);
            }
            script.insert(person(id, "x"));
            if (random.nextInt(10) == 0) {
                spoilt.add((long) id);
            }
        }
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", script.take());
        spoilt.forEach(offset -> origin.spoil("lane", Position.of(offset), "x"));
        for (boolean ended = false; !ended; ) {
            try {
                Pipeline.builder("people")
                        .source(ScriptedSource.over(origin)
                                .batchSize(1 + random.nextInt(20))
                                .skipsUndecodable()
                                .build())
                        .sink(
                                "memory",
                                InMemorySink.builder(target)
                                        .faults(faults(random))
                                        .build())
                        .commit(new CommitBounds(
                                1 + random.nextInt(30), Long.MAX_VALUE, Duration.ofMillis(1 + random.nextInt(50))))
                        .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(4)))
                        .deadLetters(store)
                        .skipUndecodable()
                        .build()
                        .run();
                ended = true;
            } catch (CdcException e) {
                assertThat(e).isInstanceOf(Fatal.class);
            }
        }
        assertThat(letters()).extracting(letter -> letter.position().offset()).containsExactlyElementsOf(spoilt);
        assertThat(ids()).hasSize(count - spoilt.size()).doesNotContainAnyElementsOf(spoilt);
    }

    private static Faults faults(Random random) {
        Faults faults = new Faults();
        for (Faults.Point point : List.of(
                Faults.Point.WRITE,
                Faults.Point.BEFORE_COMMIT,
                Faults.Point.INSIDE_COMMIT,
                Faults.Point.AFTER_COMMIT)) {
            if (random.nextInt(4) == 0) {
                List<Supplier<RuntimeException>> failures = List.of(
                        () -> new Fatal("fatal at " + point),
                        () -> new OutcomeUnknown("unknown at " + point, new RuntimeException("lost")));
                Supplier<RuntimeException> failure =
                        point == Faults.Point.WRITE ? failures.get(0) : failures.get(random.nextInt(2));
                faults.fail(point, 1 + random.nextInt(6), failure);
            }
        }
        return faults;
    }

    @Test
    void skippingNeedsDeadLettersAndASourceThatCan() {
        Pipeline.Builder builder = Pipeline.builder("people")
                .source(ScriptedSource.over(spoilt()).build())
                .sink("memory", InMemorySink.on(target))
                .queueBytes(0)
                .skipUndecodable();
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("3 mistakes")
                .hasMessageContaining("skip-undecodable: needs dead-letters")
                .hasMessageContaining("skip-undecodable: is set, and the source cannot");
    }

    @Test
    void aSourceThatCannotDoWithoutALaneStopsThePipeline() {
        ScriptedOrigin origin = spoilt(3);
        origin.append("other", EventScript.create().insert(person(100, "x")).take());
        Pipeline pipeline = Pipeline.builder("people")
                .source(ScriptedSource.over(origin).endless().build())
                .sink("memory", InMemorySink.on(target))
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class);
    }

    @Test
    void aWrapperThatDoesNotPassTheCallsOnStopsThePipelineToo() {
        Pipeline pipeline = Pipeline.builder("people")
                .source(new ForwardingSource(source(spoilt(3))) {
                    @Override
                    public Undecodable skip() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public String halt() {
                        throw new UnsupportedOperationException();
                    }
                })
                .sink("memory", InMemorySink.on(target))
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class).hasMessageContaining("cannot be decoded");
        assertThat(ids()).containsExactly(1L, 2L);
    }
}
