package io.cdcsdk.testkit;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources with one defect each: the contract must find it. */
class MutantSourceTest {
    @ParameterizedTest(name = "{0} fails {1}")
    @CsvSource({
        "LosesAnEventOnRestart, resumesFromEveryPosition",
        "LosesAnEventOnRestart, resumesAfterHalfOfWhatWasReadIsAcknowledged",
        "LosesAnEventOnRestart, resumesFromAnyMixtureOfPositions",
        "RepeatsAnEventOnRestart, resumesFromEveryPosition",
        "ResumesWhereItWasPolled, resumesAfterHalfOfWhatWasReadIsAcknowledged",
        "ResumesWhereItWasPolled, acknowledgingNothingLosesNothing",
        "RenumbersOnReplay, aReplayGivesTheSameEventsAtTheSamePositions",
        "FoldsAbsentIntoNull, everyChangeArrivesInTheOrderOfItsKey",
        "ReversesBatches, everyChangeArrivesInTheOrderOfItsKey",
        "DropsTruncates, aTruncateArrivesAtItsPlace",
        "DeclaresNoTransactions, everyChangeArrivesInTheOrderOfItsKey",
        "ResumesBeforeTheLastEvent, resumesAfterEachAcknowledgement",
        "PassesOverLostPositions, aPositionThatIsGoneIsNotPassedOver",
        "Ends, onlyAFiniteSourceEnds",
        "Spins, waitsWhenThereIsNothing",
        "ReturnsAtOnce, waitsWhenThereIsNothing",
        "WaitsTooLong, waitsWhenThereIsNothing",
        "ConsumesOnInterrupt, anInterruptEndsTheWaitAndConsumesNothing",
        "SwallowsInterrupts, anInterruptEndsTheWaitAndConsumesNothing",
        "ReadsOnceOnly, changesMadeWhileItRunsAreSeen",
        "ClaimsTwice, everyChangeArrivesInTheOrderOfItsKey",
        "NeverClaims, everyChangeArrivesInTheOrderOfItsKey",
        "HidesFailedClaims, aClaimThatFailsIsPassedOn",
        "CopiesSchemas, everyChangeArrivesInTheOrderOfItsKey",
        "RefusesToRepeatAcknowledgements, resumesAfterEachAcknowledgement",
        "LeavesAThread, nothingIsLeftBehindAfterClosing",
        "ForgetsTransactions, theEventsOfATransactionSayWhichItIs",
        "SkipsTheNextOneToo, whatCannotBeDecodedIsSkippedAlone",
        "ForgetsWhereItFailed, whatCannotBeDecodedIsSkippedAlone",
        "GivesASkippedRecordNoPlace, whatCannotBeDecodedIsSkippedAlone",
        "SkipsElsewhereEachTime, aSkippedRecordKeepsItsPlace",
        "RemembersWhatItSkipped, aSkippedRecordKeepsItsPlace",
        "HaltsEveryLane, aHaltedLaneIsLeftAndTheOthersAreRead",
        "HaltsNoLane, aHaltedLaneIsLeftAndTheOthersAreRead",
        "HaltsForGood, aHaltedLaneIsLeftAndTheOthersAreRead",
        "SkipsAtAnyTime, onlyWhatHasFailedIsSkippedOrHalted",
        "SkipsUndeclared, aSourceThatDoesNotSkipSaysSo",
    })
    void isFound(String mutant, String check) throws Exception {
        Mutants.assertFails(Class.forName(MutantSourceTest.class.getName() + "$" + mutant), check);
    }

    /** The contract over a source with a defect. */
    abstract static class Mutant extends ScriptedSourceTest {
        abstract Source mutated(ScriptedSource source);

        @Override
        protected Source newSource() {
            return mutated((ScriptedSource) super.newSource());
        }

        @Override
        protected Duration patience() {
            return Duration.ofMillis(300);
        }
    }

    /** A source that passes every call on. */
    static class Forwarding implements Source {
        final ScriptedSource source;

        Forwarding(ScriptedSource source) {
            this.source = source;
        }

        @Override
        public Set<SourceCapability> capabilities() {
            return source.capabilities();
        }

        @Override
        public List<TableSchema> knownSchemas() {
            return source.knownSchemas();
        }

        @Override
        public void open(Lanes lanes) {
            source.open(lanes);
        }

        @Override
        public EventBatch poll(Duration maxWait) throws InterruptedException {
            EventBatch batch = source.poll(maxWait);
            return batch.isIdle() ? batch : changed(batch);
        }

        EventBatch changed(EventBatch batch) {
            List<ChangeEvent> events = new ArrayList<>();
            for (ChangeEvent event : batch.events()) {
                ChangeEvent changed = changed(event);
                if (changed != null) {
                    events.add(changed);
                }
            }
            return batch.withEvents(events);
        }

        @Nullable
        ChangeEvent changed(ChangeEvent event) {
            return event;
        }

        @Override
        public @Nullable Undecodable skip() {
            return source.skip();
        }

        @Override
        public String halt() {
            return source.halt();
        }

        @Override
        public void acknowledge(Positions durable) {
            source.acknowledge(durable);
        }

        @Override
        public void close() {
            source.close();
        }
    }

    static final class LosesAnEventOnRestart extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            Set<String> resumed = new HashSet<>();
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> {
                        Positions positions = lanes.claim(claimed);
                        resumed.addAll(positions.lanes());
                        return positions;
                    });
                }

                @Override
                EventBatch changed(EventBatch batch) {
                    return resumed.remove(batch.lane())
                            ? batch.withEvents(
                                    batch.events().subList(1, batch.events().size()))
                            : batch;
                }
            };
        }
    }

    static final class RepeatsAnEventOnRestart extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> {
                        Map<String, Position> earlier = new HashMap<>();
                        lanes.claim(claimed)
                                .asMap()
                                .forEach((lane, position) -> earlier.put(lane, Position.of(position.offset() - 1)));
                        return Positions.of(earlier);
                    });
                }
            };
        }
    }

    /** Keeps to what it polled last, not to what it is told. */
    static final class ResumesWhereItWasPolled extends Mutant {
        private Positions polled = Positions.none();

        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> {
                        lanes.claim(claimed);
                        return polled;
                    });
                }

                @Override
                EventBatch changed(EventBatch batch) {
                    polled = polled.with(batch.lane(), batch.resumeAfter());
                    return batch;
                }
            };
        }
    }

    static final class RenumbersOnReplay extends Mutant {
        private long epoch;

        @Override
        Source mutated(ScriptedSource source) {
            long own = epoch++;
            return new Forwarding(source) {
                @Override
                EventBatch changed(EventBatch batch) {
                    List<ChangeEvent> events = batch.events().stream()
                            .map(event -> EventScript.at(event, Origin.at(raised(event.position()))))
                            .toList();
                    return EventBatch.of(
                            batch.lane(), events, raised(batch.resumeAfter()), batch.bytes(), batch.boundary());
                }

                private Position raised(Position position) {
                    return Position.of(own, "", position.offset());
                }
            };
        }
    }

    static final class FoldsAbsentIntoNull extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                ChangeEvent changed(ChangeEvent event) {
                    return event instanceof RowChange change
                            ? RowChange.of(
                                    change.operation(),
                                    Mutants.asNull(ColumnState.ABSENT, change.before()),
                                    Mutants.asNull(ColumnState.ABSENT, change.after()),
                                    change.origin())
                            : event;
                }
            };
        }
    }

    static final class ReversesBatches extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                EventBatch changed(EventBatch batch) {
                    List<ChangeEvent> events = new ArrayList<>(batch.events());
                    Collections.reverse(events);
                    return batch.withEvents(events);
                }
            };
        }
    }

    static final class DropsTruncates extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                @Nullable
                ChangeEvent changed(ChangeEvent event) {
                    return event instanceof Truncate ? null : event;
                }
            };
        }
    }

    static final class DeclaresNoTransactions extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public Set<SourceCapability> capabilities() {
                    return EnumSet.of(SourceCapability.TRUNCATE, SourceCapability.SNAPSHOT);
                }
            };
        }
    }

    /** Tells to resume a little before what it has delivered. */
    static final class ResumesBeforeTheLastEvent extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                EventBatch changed(EventBatch batch) {
                    Position before = Position.of(batch.resumeAfter().offset() - 1);
                    return EventBatch.of(batch.lane(), batch.events(), before, batch.bytes(), batch.boundary());
                }
            };
        }
    }

    static final class PassesOverLostPositions extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> {
                        lanes.claim(claimed);
                        return Positions.none();
                    });
                }
            };
        }
    }

    static final class Ends extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    EventBatch batch = source.poll(maxWait);
                    return batch.isIdle() ? EventBatch.endOfSource() : batch;
                }
            };
        }
    }

    static final class Spins extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    long deadline = System.nanoTime() + maxWait.toNanos();
                    EventBatch batch = source.poll(Duration.ZERO);
                    while (batch.isIdle() && System.nanoTime() < deadline) {
                        batch = source.poll(Duration.ZERO);
                    }
                    return batch;
                }
            };
        }
    }

    static final class ReturnsAtOnce extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    return source.poll(Duration.ZERO);
                }
            };
        }
    }

    static final class WaitsTooLong extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    return source.poll(maxWait.plusSeconds(1));
                }
            };
        }
    }

    static final class ConsumesOnInterrupt extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                private boolean interrupted;

                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    try {
                        EventBatch batch = source.poll(maxWait);
                        if (interrupted && !batch.isIdle()) {
                            interrupted = false;
                            return source.poll(maxWait);
                        }
                        return batch;
                    } catch (InterruptedException e) {
                        interrupted = true;
                        throw e;
                    }
                }
            };
        }
    }

    static final class SwallowsInterrupts extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    try {
                        return source.poll(maxWait);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return EventBatch.idle();
                    }
                }
            };
        }
    }

    static final class ReadsOnceOnly extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                private boolean caughtUp;

                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    if (caughtUp) {
                        new CountDownLatch(1).await(maxWait.toNanos(), TimeUnit.NANOSECONDS);
                        return EventBatch.idle();
                    }
                    EventBatch batch = source.poll(maxWait);
                    caughtUp = batch.isIdle();
                    return batch;
                }
            };
        }
    }

    static final class ClaimsTwice extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> {
                        lanes.claim(claimed);
                        return lanes.claim(claimed);
                    });
                }
            };
        }
    }

    static final class NeverClaims extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> Positions.none());
                }
            };
        }
    }

    static final class HidesFailedClaims extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(claimed -> {
                        try {
                            return lanes.claim(claimed);
                        } catch (RuntimeException e) {
                            return Positions.none();
                        }
                    });
                }
            };
        }
    }

    static final class CopiesSchemas extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                ChangeEvent changed(ChangeEvent event) {
                    return new Truncate(event.schema().toBuilder().build(), event.origin());
                }
            };
        }
    }

    static final class RefusesToRepeatAcknowledgements extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            Set<Positions> known = new HashSet<>();
            return new Forwarding(source) {
                @Override
                public void acknowledge(Positions durable) {
                    if (!known.add(durable)) {
                        throw new IllegalStateException(durable + " is acknowledged already");
                    }
                }
            };
        }
    }

    static final class LeavesAThread extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public void open(Lanes lanes) {
                    source.open(lanes);
                    Mutants.startThread();
                }
            };
        }
    }

    static final class ForgetsTransactions extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                ChangeEvent changed(ChangeEvent event) {
                    return EventScript.at(event, Origin.at(event.position()));
                }
            };
        }
    }

    static final class SkipsTheNextOneToo extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                private boolean skipped;

                @Override
                public Undecodable skip() {
                    skipped = true;
                    return source.skip();
                }

                @Override
                EventBatch changed(EventBatch batch) {
                    if (skipped && batch.lane().equals("odd")) {
                        skipped = false;
                        return batch.withEvents(
                                batch.events().subList(1, batch.events().size()));
                    }
                    return batch;
                }
            };
        }
    }

    /** Throws once, and reads on by itself at the next poll. */
    static final class ForgetsWhereItFailed extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                private boolean failed;

                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    if (failed) {
                        failed = false;
                        Undecodable unused = source.skip();
                    }
                    try {
                        return super.poll(maxWait);
                    } catch (BadRecord e) {
                        failed = true;
                        throw e;
                    }
                }
            };
        }
    }

    static final class GivesASkippedRecordNoPlace extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                private Position last = Position.of(0);

                @Override
                EventBatch changed(EventBatch batch) {
                    last = batch.lane().equals("odd") ? batch.resumeAfter() : last;
                    return batch;
                }

                @Override
                public Undecodable skip() {
                    Undecodable skipped = source.skip();
                    return new Undecodable(skipped.lane(), last, skipped.boundary(), skipped.message(), null);
                }
            };
        }
    }

    static final class SkipsElsewhereEachTime extends Mutant {
        private int skips;

        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public Undecodable skip() {
                    Undecodable skipped = source.skip();
                    return new Undecodable(
                            skipped.lane(), skipped.position(), skipped.boundary(), "skip " + skips++, null);
                }
            };
        }
    }

    /** Leaves out at once what an earlier source has skipped, though nothing says that it was passed. */
    static final class RemembersWhatItSkipped extends Mutant {
        private boolean skipped;

        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    try {
                        return super.poll(maxWait);
                    } catch (BadRecord e) {
                        if (!skipped) {
                            throw e;
                        }
                        Undecodable unused = source.skip();
                        return super.poll(maxWait);
                    }
                }

                @Override
                public Undecodable skip() {
                    skipped = true;
                    return source.skip();
                }
            };
        }
    }

    static final class HaltsEveryLane extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                private boolean halted;

                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    return halted ? EventBatch.idle() : super.poll(maxWait);
                }

                @Override
                public String halt() {
                    halted = true;
                    return source.halt();
                }
            };
        }
    }

    static final class HaltsNoLane extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public String halt() {
                    return source.skip().lane();
                }
            };
        }
    }

    /** Leaves a halted lane out also when the source is made anew. */
    static final class HaltsForGood extends Mutant {
        private boolean halted;

        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public EventBatch poll(Duration maxWait) throws InterruptedException {
                    try {
                        return super.poll(maxWait);
                    } catch (BadRecord e) {
                        if (!halted) {
                            throw e;
                        }
                        source.halt();
                        return EventBatch.idle();
                    }
                }

                @Override
                public String halt() {
                    halted = true;
                    return source.halt();
                }
            };
        }
    }

    static final class SkipsAtAnyTime extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public @Nullable Undecodable skip() {
                    try {
                        return source.skip();
                    } catch (IllegalStateException e) {
                        return null;
                    }
                }
            };
        }
    }

    static final class SkipsUndeclared extends Mutant {
        @Override
        Source mutated(ScriptedSource source) {
            return new Forwarding(source) {
                @Override
                public Set<SourceCapability> capabilities() {
                    EnumSet<SourceCapability> declared = EnumSet.copyOf(source.capabilities());
                    declared.remove(SourceCapability.SKIPS_UNDECODABLE);
                    return declared;
                }
            };
        }
    }
}
