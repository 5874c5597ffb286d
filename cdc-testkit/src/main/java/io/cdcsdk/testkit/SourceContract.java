package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Truncate;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every source must do, as tests. A source is proven by a class that extends this one with a fixture: a new source over an
 * origin that lives as long as the test method, and a way to make that origin change.
 *
 * <p>JUnit makes an instance for each test method, so that a field of the class is the origin that all sources of one method
 * share. What a source does not declare among its capabilities must not occur; what it declares must hold.
 */
public abstract class SourceContract extends SourceUndecodableChecks {
    private static final Duration IDLE_WAIT = Duration.ofMillis(200);
    private static final int IDLE_POLLS = 5;

    @Test
    void changesMadeWhileItRunsAreSeen() throws Exception {
        assumeEndless();
        List<RowChange> changes = changes(31, 30);
        SourceSession session = open(Positions.none());
        for (int from = 0; from < changes.size(); from += 10) {
            produce(changes.subList(from, from + 10));
            session.read(from + 10, patience());
        }
        assertThat(byKey(session.events()))
                .isEqualTo(byKey(changes.stream().map(this::delivered).toList()));
    }

    @Test
    void onlyAFiniteSourceEnds() throws Exception {
        int count = produceChanges(32, 10).size();
        SourceSession session = open(Positions.none()).read(count, patience());
        boolean finite = session.source().capabilities().contains(SourceCapability.FINITE);
        assertThat(session.hasEnded()).isEqualTo(finite);
        assertThat(session.poll(IDLE_WAIT).isEndOfSource())
                .as("the next poll ends, too")
                .isEqualTo(finite);
    }

    @Test
    void waitsWhenThereIsNothing() throws Exception {
        assumeEndless();
        int count = produceChanges(33, 5).size();
        SourceSession session = open(Positions.none()).read(count, patience());
        long processorBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long before = System.nanoTime();
        for (int i = 0; i < IDLE_POLLS; i++) {
            long polled = System.nanoTime();
            assertThat(session.poll(IDLE_WAIT).isIdle()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - polled))
                    .as("the time of a poll that may wait %s", IDLE_WAIT)
                    .isLessThan(IDLE_WAIT.multipliedBy(5));
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - before);
        Duration busy =
                Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processorBefore);

        Duration asked = IDLE_WAIT.multipliedBy(IDLE_POLLS);
        assertThat(waited)
                .as("the time of %s polls that found nothing", IDLE_POLLS)
                .isGreaterThan(asked.dividedBy(2));
        // Who spins takes all of it; a look at a folder takes its time on a slow machine.
        assertThat(busy).as("the processor time of waiting %s", waited).isLessThan(asked.dividedBy(3));
        assertThat(session.poll(Duration.ZERO).isIdle()).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitAndConsumesNothing() throws Exception {
        assumeEndless();
        List<RowChange> changes = changes(34, 10);
        produce(changes.subList(0, 5));
        SourceSession session = open(Positions.none()).read(5, patience());
        Thread waiting = Thread.currentThread();
        ScheduledExecutorService interrupter = Executors.newSingleThreadScheduledExecutor();
        try {
            interrupter.schedule(waiting::interrupt, 100, TimeUnit.MILLISECONDS);
            assertThatThrownBy(() -> session.pollInterruptibly(patience()))
                    .as("a poll that is interrupted while it waits")
                    .isInstanceOf(InterruptedException.class);
        } finally {
            interrupter.shutdownNow();
            awaitEnd(interrupter);
            // A poll that came back before the interrupt must not hand it on to the next check.
            Thread.interrupted();
        }
        produce(changes.subList(5, 10));
        session.read(10, patience());
        assertThat(byKey(session.events()))
                .isEqualTo(byKey(changes.stream().map(this::delivered).toList()));
    }

    private static void awaitEnd(ExecutorService executor) {
        boolean ended = false;
        while (!ended) {
            try {
                ended = executor.awaitTermination(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                // The interrupt that was meant for the poll came late: it is of no use any more.
                ended = executor.isTerminated();
            }
        }
    }

    @Test
    void acknowledgesWhatItIsTold() throws Exception {
        int count = produceChanges(35, 12).size();
        SourceSession session = open(Positions.none()).read(count, patience());
        assertThatCode(() -> {
                    session.source().acknowledge(Positions.none());
                    for (int i = 1; i <= count; i++) {
                        SourceSession.Received one = session.received().get(i - 1);
                        session.source()
                                .acknowledge(
                                        Positions.of(one.lane(), one.event().position()));
                    }
                    session.source().acknowledge(session.reached());
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aClaimThatFailsIsPassedOn() throws Exception {
        produceChanges(36, 5);
        Fatal failure = new Fatal("the target is gone");
        SourceSession session = session(Positions.none());
        Throwable thrown = catchThrowable(() -> session.open(lanes -> {
                    throw failure;
                })
                .readAtLeast(1, patience()));
        assertThat(thrown).isSameAs(failure);
    }

    @Test
    void capabilitiesNeverChange() throws Exception {
        Set<SourceCapability> declared = Set.copyOf(capabilities());
        int count = produceChanges(37, 3).size();
        SourceSession session = session(Positions.none());
        assertThat(session.source().knownSchemas()).doesNotContainNull();
        session.open().read(count, patience());
        assertThat(session.source().capabilities()).isEqualTo(declared);
        assertThat(session.source().knownSchemas()).doesNotContainNull();
        session.close();
        assertThat(session.source().capabilities()).isEqualTo(declared);
    }

    @Test
    void theEventsOfATransactionSayWhichItIs() throws Exception {
        assumeCapable(SourceCapability.TRANSACTIONS);
        List<RowChange> changes = changes(38, 9);
        for (int from = 0; from < 9; from += 3) {
            produce(changes.subList(from, from + 3));
        }
        SourceSession session = open(Positions.none()).read(9, patience());
        for (List<ChangeEvent> lane : session.byLane().values()) {
            for (int i = 0; i < lane.size(); i++) {
                Transaction transaction = lane.get(i).origin().transaction();
                assertThat(transaction).as("the transaction of %s", lane.get(i)).isNotNull();
            }
        }
        List<String> ids = session.events().stream()
                .map(event ->
                        Objects.requireNonNull(event.origin().transaction()).id())
                .toList();
        assertThat(Set.copyOf(ids)).as("three transactions").hasSize(3);
        SourceSession.Received last = session.received().get(8);
        assertThat(last.batch().boundary())
                .as("the end of the batch that ends the last transaction")
                .isEqualTo(EventBatch.Boundary.TRANSACTION_END);
    }

    @Test
    void aTruncateArrivesAtItsPlace() throws Exception {
        assumeCapable(SourceCapability.TRUNCATE);
        List<RowChange> changes = changes(39, 2);
        List<ChangeEvent> produced = new ArrayList<>(changes.subList(0, 1));
        produced.addAll(EventScript.create().truncate(schema()).take());
        produced.addAll(EventScript.create().insert(changes.get(0).image()).take());
        produce(produced);

        SourceSession session = open(Positions.none()).read(3, patience());
        assertThat(session.events())
                .hasSize(3)
                .filteredOn(event -> event instanceof Truncate)
                .hasSize(1);
        // Lanes have no order among each other: only where all went one way is there a middle.
        if (session.byLane().size() == 1) {
            assertThat(session.events().get(1)).isInstanceOf(Truncate.class);
        }
    }

    @Test
    void nothingIsLeftBehindAfterClosing() throws Exception {
        int count = produceChanges(40, 10).size();
        // The first source may start what belongs to the whole process, such as a client library's timer.
        open(Positions.none()).read(count, patience()).close();
        Leaks leaks = new Leaks();
        open(Positions.none()).read(count, patience()).close();
        open(Positions.none()).readAtLeast(1, patience()).close();
        open(Positions.none()).close();

        leaks.assertNoThread(patience());
        directory().ifPresent(directory -> Leaks.assertNoOpenFile(directory, patience()));
    }

    @Test
    void closingTwiceOrUnopenedIsHarmless() {
        newSource().close();
        Source source = newSource();
        source.open(lanes -> Positions.none());
        source.close();
        assertThatCode(source::close).doesNotThrowAnyException();
    }
}
