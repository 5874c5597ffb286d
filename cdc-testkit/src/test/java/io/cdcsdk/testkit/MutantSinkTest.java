package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.Truncate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sinks with one defect each: the contract must find it. */
class MutantSinkTest {
    @ParameterizedTest(name = "{0} fails {1}")
    @CsvSource({
        "CursorBeforeData, afterACrashDataAndCursorAreInStep",
        "CursorWithoutData, dataAndCursorMoveTogether",
        "ForgetsCursors, aRandomWorkloadResumesAfterEveryCommit",
        "IgnoresFencing, theLatestClaimerWins",
        "IgnoresFencing, aLostLaneCannotBeWrittenAnew",
        "IgnoresFencing, aLostLaneCannotBeMovedWithoutEvents",
        "IgnoresFencing, oneLostLaneOfACommitKeepsTheOthersBack",
        "IgnoresFencing, aLoserLeavesNothingBehind",
        "ClaimsEveryLane, claimsOfOtherLanesDoNotDisturb",
        "MovesTheWatermarkFirst, afterACrashTheWatermarkIsAheadOfNoTable",
        "TellsEveryCursor, lanesAndTablesKeepApart",
        "IgnoresFrom, aCommitFromAnotherCursorChangesNothing",
        "IgnoresCommitsWithoutEvents, aCommitWithoutEventsMovesTheCursor",
        "IgnoresCommitsWithoutEvents, positionsWithEpochsAndPathsComeBackAsTheyWere",
        "WritesBeforeTheCommit, uncommittedEventsAreInvisibleAndLost",
        "FoldsAbsentIntoNull, aColumnThatWasNotSentKeepsItsValue",
        "FoldsAbsentIntoNull, everyStateOfAnInsertedColumnSurvives",
        "FoldsUnavailableIntoNull, aColumnThatWasNotSentKeepsItsValue",
        "FoldsUnavailableIntoNull, partialChangesOfOneCommitAddUp",
        "FoldsAbsentIntoNull, aRandomWorkloadArrives",
        "LosesTheLastEvent, aRandomWorkloadArrives",
        "LosesTheLastEvent, aBigBatchArrives",
        "ReversesBatches, theOrderOfOneKeyIsKept",
        "IgnoresDeletes, aDeletedRowIsGoneAndMayComeBack",
        "IgnoresOldKeys, aChangedKeyMovesTheRow",
        "NeverCompletesSnapshots, aSnapshotReplacesWhatWasThere",
        "NeverCompletesSnapshots, aSnapshotMayTakeManyCommits",
        "EmptiesAtSnapshotStart, aSnapshotThatNeverCompletesDeletesNothing",
        "SkipsUndeclaredTruncates, withoutTruncateItIsRefused",
        "LeavesAThread, nothingIsLeftBehindAfterClosing",
        "LeavesAFile, nothingIsLeftBehindAfterClosing",
        "LeavesAFile, aLoserLeavesNothingBehind",
        "FailsOnSecondClose, closingTwiceOrUnopenedIsHarmless",
        "CommitsAtClose, uncommittedEventsAreInvisibleAndLost",
    })
    void isFound(String mutant, String check) throws Exception {
        Mutants.assertFails(Class.forName(MutantSinkTest.class.getName() + "$" + mutant), check);
    }

    /** The contract over a sink with a defect. */
    abstract static class Mutant extends InMemorySinkTest {
        abstract Sink mutated(InMemorySink sink);

        @Override
        protected Sink newSink() {
            return mutated(InMemorySink.on(target));
        }

        @Override
        protected Sink newSinkFailingAt(String crashPoint) {
            return mutated((InMemorySink) super.newSinkFailingAt(crashPoint));
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(1);
        }
    }

    /** A sink that passes every call on. */
    static class Forwarding implements Sink {
        final InMemorySink sink;

        Forwarding(InMemorySink sink) {
            this.sink = sink;
        }

        @Override
        public Set<SinkCapability> capabilities() {
            return sink.capabilities();
        }

        @Override
        public String target(TableId table) {
            return sink.target(table);
        }

        @Override
        public void open() {
            sink.open();
        }

        @Override
        public List<Cursor> claim(Set<String> lanes) {
            return sink.claim(lanes);
        }

        @Override
        public void write(EventBatch batch) {
            List<ChangeEvent> events = new ArrayList<>();
            for (ChangeEvent event : batch.events()) {
                ChangeEvent changed = changed(event);
                if (changed != null) {
                    events.add(changed);
                }
            }
            sink.write(batch.withEvents(events));
        }

        @Nullable
        ChangeEvent changed(ChangeEvent event) {
            return event;
        }

        @Override
        public void commit(Commit commit) {
            sink.commit(commit);
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    /** Moves the cursor in one step and the data in the next. */
    static final class CursorBeforeData extends Mutant {
        private boolean crash;

        @Override
        protected List<String> crashPoints() {
            return List.of("BETWEEN");
        }

        @Override
        protected Sink newSinkFailingAt(String crashPoint) {
            crash = true;
            return newSink();
        }

        @Override
        Sink mutated(InMemorySink sink) {
            boolean crashes = crash;
            crash = false;
            InMemorySink data =
                    InMemorySink.builder(target).without(SinkCapability.CURSOR).build();
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {
                    data.write(batch);
                }

                @Override
                public void commit(Commit commit) {
                    sink.commit(commit);
                    if (crashes) {
                        throw new Fatal("crash");
                    }
                    data.commit(commit);
                }
            };
        }
    }

    static final class CursorWithoutData extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {}
            };
        }
    }

    static final class ForgetsCursors extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public List<Cursor> claim(Set<String> lanes) {
                    sink.claim(lanes);
                    return List.of();
                }
            };
        }
    }

    /** Claims back what it has lost when it commits. */
    static final class IgnoresFencing extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            List<EventBatch> buffered = new ArrayList<>();
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {
                    buffered.add(batch);
                }

                @Override
                public void commit(Commit commit) {
                    Set<String> lanes = new HashSet<>();
                    commit.moves().forEach(move -> lanes.add(move.lane()));
                    List<Commit.Move> moves = new ArrayList<>();
                    for (Commit.Move move : commit.moves()) {
                        moves.add(new Commit.Move(
                                move.target(), move.lane(), current(sink.claim(lanes), move), move.to()));
                    }
                    buffered.forEach(sink::write);
                    sink.commit(new Commit(moves, commit.boundary()));
                    buffered.clear();
                }
            };
        }
    }

    private static @Nullable Position current(List<Cursor> cursors, Commit.Move move) {
        return cursors.stream()
                .filter(cursor ->
                        cursor.target().equals(move.target()) && cursor.lane().equals(move.lane()))
                .map(Cursor::position)
                .findAny()
                .orElse(null);
    }

    static final class ClaimsEveryLane extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public List<Cursor> claim(Set<String> lanes) {
                    sink.claim(Set.of("a", "b"));
                    return sink.claim(lanes);
                }
            };
        }
    }

    static final class MovesTheWatermarkFirst extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void commit(Commit commit) {
                    List<Commit.Move> moves = new ArrayList<>(commit.moves());
                    Collections.reverse(moves);
                    sink.commit(new Commit(moves, commit.boundary()));
                }
            };
        }
    }

    static final class TellsEveryCursor extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public List<Cursor> claim(Set<String> lanes) {
                    sink.claim(lanes);
                    return target.cursors();
                }
            };
        }
    }

    static final class IgnoresFrom extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void commit(Commit commit) {
                    sink.commit(new Commit(
                            commit.moves().stream()
                                    .map(move -> new Commit.Move(
                                            move.target(), move.lane(), current(target.cursors(), move), move.to()))
                                    .toList(),
                            commit.boundary()));
                }
            };
        }
    }

    static final class IgnoresCommitsWithoutEvents extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                private boolean written;

                @Override
                public void write(EventBatch batch) {
                    written = true;
                    sink.write(batch);
                }

                @Override
                public void commit(Commit commit) {
                    if (written) {
                        sink.commit(commit);
                    }
                    written = false;
                }
            };
        }
    }

    static final class WritesBeforeTheCommit extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            InMemorySink data =
                    InMemorySink.builder(target).without(SinkCapability.CURSOR).build();
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {
                    data.write(batch);
                    data.commit(Mutants.commitOf(data, batch));
                }
            };
        }
    }

    static final class FoldsAbsentIntoNull extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return folding(sink, ColumnState.ABSENT);
        }
    }

    static final class FoldsUnavailableIntoNull extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return folding(sink, ColumnState.UNAVAILABLE);
        }
    }

    private static Sink folding(InMemorySink sink, ColumnState state) {
        return new Forwarding(sink) {
            @Override
            ChangeEvent changed(ChangeEvent event) {
                if (!(event instanceof RowChange change)) {
                    return event;
                }
                return RowChange.of(
                        change.operation(), change.before(), Mutants.asNull(state, change.after()), change.origin());
            }
        };
    }

    static final class LosesTheLastEvent extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {
                    sink.write(batch.withEvents(
                            batch.events().subList(0, batch.events().size() - 1)));
                }
            };
        }
    }

    static final class ReversesBatches extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {
                    List<ChangeEvent> reversed = new ArrayList<>(batch.events());
                    Collections.reverse(reversed);
                    sink.write(batch.withEvents(reversed));
                }
            };
        }
    }

    static final class IgnoresDeletes extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                @Nullable
                ChangeEvent changed(ChangeEvent event) {
                    return EventScript.is(event, Operation.DELETE) ? null : event;
                }
            };
        }
    }

    static final class IgnoresOldKeys extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                ChangeEvent changed(ChangeEvent event) {
                    return EventScript.is(event, Operation.UPDATE) && event instanceof RowChange change
                            ? RowChange.update(null, Objects.requireNonNull(change.after()), change.origin())
                            : event;
                }
            };
        }
    }

    static final class NeverCompletesSnapshots extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                @Nullable
                ChangeEvent changed(ChangeEvent event) {
                    return event instanceof SnapshotCompleted ? null : event;
                }
            };
        }
    }

    static final class EmptiesAtSnapshotStart extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                ChangeEvent changed(ChangeEvent event) {
                    return event instanceof SnapshotStarted ? new Truncate(event.schema(), event.origin()) : event;
                }
            };
        }
    }

    static final class SkipsUndeclaredTruncates extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public Set<SinkCapability> capabilities() {
                    return EnumSet.complementOf(EnumSet.of(SinkCapability.TRUNCATE));
                }

                @Override
                @Nullable
                ChangeEvent changed(ChangeEvent event) {
                    return event instanceof Truncate ? null : event;
                }
            };
        }
    }

    static final class LeavesAThread extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void open() {
                    Mutants.startThread();
                }
            };
        }
    }

    static final class LeavesAFile extends Mutant {
        @TempDir
        @Nullable
        Path folder;

        @Override
        protected Optional<Path> directory() {
            return Optional.ofNullable(folder);
        }

        @Override
        protected boolean belongsToTarget(Path file) {
            return !file.toString().endsWith(".tmp");
        }

        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                @Override
                public void write(EventBatch batch) {
                    sink.write(batch);
                    try {
                        Files.createTempFile(folder, "events", ".tmp");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
        }
    }

    static final class FailsOnSecondClose extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            CountDownLatch closes = new CountDownLatch(1);
            return new Forwarding(sink) {
                @Override
                public void close() {
                    if (closes.getCount() == 0) {
                        throw new IllegalStateException("closed already");
                    }
                    closes.countDown();
                }
            };
        }
    }

    static final class CommitsAtClose extends Mutant {
        @Override
        Sink mutated(InMemorySink sink) {
            return new Forwarding(sink) {
                private @Nullable EventBatch last;

                @Override
                public void write(EventBatch batch) {
                    last = batch;
                    sink.write(batch);
                }

                @Override
                public void commit(Commit commit) {
                    last = null;
                    sink.commit(commit);
                }

                @Override
                public void close() {
                    if (last != null) {
                        InMemorySink data = InMemorySink.builder(target)
                                .without(SinkCapability.CURSOR)
                                .build();
                        data.write(last);
                        data.commit(Mutants.commitOf(data, last));
                    }
                    sink.close();
                }
            };
        }
    }
}
