package io.cdcsdk.testkit;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.KeyReader;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.KeyUpdate;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.TableState;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores with one defect each: the contract must find it. */
class MutantHistoryTest {
    @ParameterizedTest(name = "{0} fails {1}")
    @CsvSource({
        "LosesArchivedVersions, randomCasesHaveTheHistoryOfTheOracle",
        "LosesTheLastKey, randomCasesHaveTheHistoryOfTheOracle",
        "LosesTheLastKey, manyKeysComeBackSortedAndOneByOne",
        "KeepsTheFirstTableState, randomCasesHaveTheHistoryOfTheOracle",
        "CursorWithoutChanges, whatIsNotCommittedIsInvisibleAndLost",
        "ChangesWithoutCursor, claimsOfOtherLanesDoNotDisturb",
        "CursorBeforeChanges, afterACrashInACommitHistoryAndCursorsAreInStep",
        "IgnoresClaims, theLatestClaimerWins",
        "IgnoresClaims, aLostLaneStaysLostWhenTheLaterClaimerHasGone",
        "IgnoresClaims, oneLostLaneOfACommitKeepsTheOthersBack",
        "ChecksMovedLanesOnly, aLaneThatMovesNoCursorMustBeOwnedToo",
        "IgnoresFrom, aCommitFromAnotherCursorChangesNothing",
        "IgnoresRevisions, whatWasMergedBeforeAnotherSessionCommittedIsToBeMergedAnew",
        "TellsEveryCursor, claimsOfOtherLanesDoNotDisturb",
        "TellsEveryCursor, theLatestClaimerWins",
        "VisitsBackwards, manyKeysComeBackSortedAndOneByOne",
        "ReadsBehindTheCount, manyKeysComeBackSortedAndOneByOne",
        "NeverExpires, everyExpiredKeyComesUpInABoundedNumberOfCalls",
        "MixesTables, tablesKeepApartAndAreListedInOrder",
        "FailsOnSecondClose, closingTwiceOrUnopenedIsHarmless",
    })
    void isFound(String mutant, String check) throws Exception {
        Mutants.assertFails(Class.forName(MutantHistoryTest.class.getName() + "$" + mutant), check);
    }

    /** The contract over a store with a defect. */
    abstract static class Mutant extends EncodedHistoryStoreTest {
        abstract HistoryStore mutated(HistoryStore store);

        @Override
        protected HistoryStore newSession() {
            return mutated(super.newSession());
        }

        @Override
        protected HistoryStore newSessionFailingAt(String crashPoint) {
            return mutated(super.newSessionFailingAt(crashPoint));
        }
    }

    /** A store that passes every call on. */
    static class Forwarding implements HistoryStore {
        final HistoryStore store;

        Forwarding(HistoryStore store) {
            this.store = store;
        }

        @Override
        public void open() {
            store.open();
        }

        @Override
        public List<Cursor> claim(Set<String> lanes) {
            return store.claim(lanes);
        }

        @Override
        public List<TableId> tables() {
            return store.tables();
        }

        @Override
        public @Nullable TableState tableState(TableId table) {
            return store.tableState(table);
        }

        @Override
        public KeyReader keys(TableId table) {
            return store.keys(table);
        }

        @Override
        public boolean commit(HistoryCommit commit) {
            List<ChangeSet> changes =
                    commit.changes().stream().map(this::changed).toList();
            return store.commit(new HistoryCommit(changes, commit.moves(), commit.lanes()));
        }

        ChangeSet changed(ChangeSet changes) {
            return changes;
        }

        @Override
        public void forEachVersion(TableId table, VersionVisitor visitor) {
            store.forEachVersion(table, visitor);
        }

        @Override
        public List<Version> versions(TableId table, RowKey key) {
            return store.versions(table, key);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static ChangeSet with(ChangeSet changes, List<KeyUpdate> updates) {
        return new ChangeSet(
                changes.before(),
                changes.state(),
                updates,
                changes.closedAt(),
                changes.rejected(),
                changes.statistics());
    }

    static final class LosesArchivedVersions extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                ChangeSet changed(ChangeSet changes) {
                    return with(
                            changes,
                            changes.updates().stream()
                                    .map(update -> new KeyUpdate(update.before(), update.after(), List.of()))
                                    .toList());
                }
            };
        }
    }

    static final class LosesTheLastKey extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                ChangeSet changed(ChangeSet changes) {
                    int size = changes.updates().size();
                    return size < 2 ? changes : with(changes, changes.updates().subList(0, size - 1));
                }
            };
        }
    }

    /** Does not write a table's state again as long as no key changes: truncates are lost. */
    static final class KeepsTheFirstTableState extends Mutant {
        private final Map<TableId, TableState> first = new HashMap<>();

        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public @Nullable TableState tableState(TableId table) {
                    TableState state = super.tableState(table);
                    return state == null ? null : first.computeIfAbsent(table, none -> state);
                }

                @Override
                ChangeSet changed(ChangeSet changes) {
                    TableState now = super.tableState(changes.table());
                    return new ChangeSet(
                            now,
                            changes.state(),
                            changes.updates(),
                            changes.closedAt(),
                            changes.rejected(),
                            changes.statistics());
                }
            };
        }
    }

    static final class CursorWithoutChanges extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public boolean commit(HistoryCommit commit) {
                    return store.commit(new HistoryCommit(List.of(), commit.moves(), commit.lanes()));
                }
            };
        }
    }

    static final class ChangesWithoutCursor extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public boolean commit(HistoryCommit commit) {
                    return store.commit(new HistoryCommit(commit.changes(), List.of(), commit.lanes()));
                }
            };
        }
    }

    /** Moves the cursors in one step and changes the history in the next. */
    static final class CursorBeforeChanges extends Mutant {
        @Override
        protected List<String> crashPoints() {
            return List.of("NEVER");
        }

        @Override
        protected HistoryStore newSessionFailingAt(String crashPoint) {
            return new Forwarding(super.newSessionFailingAt(crashPoint)) {
                @Override
                public boolean commit(HistoryCommit commit) {
                    boolean unused = store.commit(new HistoryCommit(List.of(), commit.moves(), commit.lanes()));
                    throw new Fatal("crash");
                }
            };
        }

        @Override
        HistoryStore mutated(HistoryStore store) {
            return store;
        }
    }

    static final class IgnoresClaims extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public boolean commit(HistoryCommit commit) {
                    return store.commit(new HistoryCommit(commit.changes(), commit.moves(), Set.of()));
                }
            };
        }
    }

    static final class ChecksMovedLanesOnly extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public boolean commit(HistoryCommit commit) {
                    Set<String> moved = new HashSet<>();
                    commit.moves().forEach(move -> moved.add(move.lane()));
                    return store.commit(new HistoryCommit(commit.changes(), commit.moves(), moved));
                }
            };
        }
    }

    static final class IgnoresFrom extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public boolean commit(HistoryCommit commit) {
                    List<Commit.Move> moves = new ArrayList<>();
                    for (Commit.Move move : commit.moves()) {
                        moves.add(new Commit.Move(move.target(), move.lane(), now(move), move.to()));
                    }
                    return store.commit(new HistoryCommit(commit.changes(), moves, commit.lanes()));
                }

                private @Nullable Position now(Commit.Move move) {
                    return store.claim(Set.of(move.lane())).stream()
                            .filter(cursor -> cursor.target().equals(move.target()))
                            .map(Cursor::position)
                            .findFirst()
                            .orElse(null);
                }
            };
        }
    }

    static final class IgnoresRevisions extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                ChangeSet changed(ChangeSet changes) {
                    TableState now = store.tableState(changes.table());
                    return new ChangeSet(
                            now,
                            changes.state(),
                            changes.updates(),
                            changes.closedAt(),
                            changes.rejected(),
                            changes.statistics());
                }
            };
        }
    }

    static final class TellsEveryCursor extends Mutant {
        private final List<Cursor> all = new ArrayList<>();

        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public List<Cursor> claim(Set<String> lanes) {
                    List<Cursor> unused = store.claim(lanes);
                    return List.copyOf(all);
                }

                @Override
                public boolean commit(HistoryCommit commit) {
                    commit.moves().forEach(move -> all.add(new Cursor(move.target(), move.lane(), move.to())));
                    return store.commit(commit);
                }
            };
        }
    }

    static final class VisitsBackwards extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public void forEachVersion(TableId table, VersionVisitor visitor) {
                    List<Runnable> visits = new ArrayList<>();
                    store.forEachVersion(table, (key, version) -> visits.add(() -> visitor.visit(key, version)));
                    Collections.reverse(visits);
                    visits.forEach(Runnable::run);
                }
            };
        }
    }

    /** A reader of keys that passes every call on, but for one. */
    private record ForwardingReader(KeyReader reader, boolean readsAll, boolean expires) implements KeyReader {
        @Override
        public void read(RowKey[] keys, @Nullable KeyState[] into, int count) {
            reader.read(keys, into, readsAll ? keys.length : count);
        }

        @Override
        public void forEach(KeyVisitor visitor) {
            reader.forEach(visitor);
        }

        @Override
        public void forEachExpired(long edge, int limit, KeyVisitor visitor) {
            if (expires) {
                reader.forEachExpired(edge, limit, visitor);
            }
        }
    }

    static final class ReadsBehindTheCount extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public KeyReader keys(TableId table) {
                    return new ForwardingReader(store.keys(table), true, true);
                }
            };
        }
    }

    static final class NeverExpires extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public KeyReader keys(TableId table) {
                    return new ForwardingReader(store.keys(table), false, false);
                }
            };
        }
    }

    static final class MixesTables extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                @Override
                public void forEachVersion(TableId table, VersionVisitor visitor) {
                    store.tables().forEach(each -> store.forEachVersion(each, visitor));
                }
            };
        }
    }

    static final class FailsOnSecondClose extends Mutant {
        @Override
        HistoryStore mutated(HistoryStore store) {
            return new Forwarding(store) {
                private boolean closed;

                @Override
                public void close() {
                    if (closed) {
                        throw new IllegalStateException("closed already");
                    }
                    closed = true;
                }
            };
        }
    }
}
