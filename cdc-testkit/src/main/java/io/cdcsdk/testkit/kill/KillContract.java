package io.cdcsdk.testkit.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every pipeline with exactly-once effect survives: an adapter extends it with a program and a comparison, and is killed,
 * stopped and hindered. About half a minute in the plain build; with the tag {@code slow} two hundred kills, and three halts at each
 * of the {@link CrashPoints}, more lost answers and more clocks that are wrong, which takes some minutes. See the package for an example, and {@link KillSuite} for what
 * is asked of the program.
 */
public abstract class KillContract {
    private static final int SOME_KILLS = 6;
    private static final int SOME_COMMITS = 60;
    private static final int MANY_KILLS = 200;
    private static final int MANY_COMMITS = 1_000;
    private static final int HALTED_COMMITS = 300;
    private static final int FILLING_COMMITS = 600;
    private static final int HALTS = 3;
    private static final Set<String> POINTS = Set.of(
            CrashPoints.BEFORE_WRITE,
            CrashPoints.AFTER_WRITE,
            CrashPoints.BEFORE_COMMIT,
            CrashPoints.AFTER_COMMIT,
            CrashPoints.BEFORE_ACKNOWLEDGE,
            CrashPoints.AFTER_ACKNOWLEDGE);

    @TempDir
    Path directory = Path.of("");

    /** For subclasses. */
    protected KillContract() {}

    /**
     * What to run: a finite pipeline from a {@link KillableSource} to a {@link KillableSink}.
     *
     * @param target a directory, empty before the first run, for all that the pipeline keeps
     * @param commits about how many commits the stream is to have, 60 to 1000; the same stream whenever the number is the same
     */
    protected abstract ChildProgram program(Path target, int commits);

    /** Asserts that two targets hold the same, and that the second has no left-overs. */
    protected abstract void assertSame(Path undisturbed, Path disturbed) throws Exception;

    /** The points inside the adapter that its program must pass; none by default. */
    protected Set<String> adapterPoints() {
        return Set.of();
    }

    /** What becomes of a second process on the target; by default it takes over. */
    protected Successor successor() {
        return Successor.TAKES_OVER;
    }

    /** The longest session that a stopped process may hold; 200 milliseconds by default, for targets without any. */
    protected Duration sessionTimeout() {
        return Duration.ofMillis(200);
    }

    /** How long the program may take to end after SIGTERM; 20 seconds by default. */
    protected Duration terminationTimeout() {
        return Duration.ofSeconds(20);
    }

    /** How many commits the stream has during which the disk is filled; 600 by default. */
    protected int fillingCommits() {
        return FILLING_COMMITS;
    }

    /** The size of a disk on which two targets with a stream of {@link #fillingCommits} fit; 64 MiB by default. */
    protected long diskBytes() {
        return 64L << 20;
    }

    private KillSuite suite(long seed, int commits) {
        return KillSuite.of(directory, seed, target -> program(target, commits), this::assertSame);
    }

    @ParameterizedTest(name = SOME_KILLS + " kills, seed {0}")
    @ValueSource(longs = 1)
    final void comesOutTheSameAfterSomeKills(long seed, TestReporter reporter) throws InterruptedException {
        publish(reporter, suite(seed, SOME_COMMITS).kill(SOME_KILLS));
    }

    @Tag("slow")
    @ParameterizedTest(name = MANY_KILLS + " kills, seed {0}")
    @ValueSource(longs = 2)
    final void comesOutTheSameAfterManyKills(long seed, TestReporter reporter) throws InterruptedException {
        publish(reporter, suite(seed, MANY_COMMITS).kill(MANY_KILLS));
    }

    @Tag("slow")
    @ParameterizedTest(name = HALTS + " halts at each point, seed {0}")
    @ValueSource(longs = 3)
    final void comesOutTheSameAfterHaltsAtEachPoint(long seed, TestReporter reporter) throws InterruptedException {
        KillReport report = suite(seed, HALTED_COMMITS).haltAtEachPoint(HALTS);
        assertThat(report.hits()).as("points, seed %s", seed).containsKeys(POINTS.toArray(String[]::new));
        assertThat(report.hits())
                .as("points, seed %s", seed)
                .containsKeys(adapterPoints().toArray(String[]::new));
        assertThat(report.hits().values()).as("%s, seed %s", report, seed).allMatch(hits -> hits >= HALTS);
        publish(reporter, report);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 4)
    final void endsInTimeWhenItIsTerminated(long seed) throws InterruptedException {
        suite(seed, SOME_COMMITS).terminate(terminationTimeout());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 5)
    final void aProcessThatWasStoppedForLongIsFencedOrHasKeptOthersOut(long seed) throws InterruptedException {
        suite(seed, SOME_COMMITS).suspend(sessionTimeout(), successor());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 6)
    final void comesOutTheSameAfterAFullDisk(long seed) throws InterruptedException {
        suite(seed, fillingCommits()).fillDisk(diskBytes());
    }

    @ParameterizedTest(name = "5% of the calls, seed {0}")
    @ValueSource(longs = 7)
    final void comesOutTheSameInOneRunWhenCallsFail(long seed) throws InterruptedException {
        suite(seed, SOME_COMMITS).failCalls(0.05);
    }

    @ParameterizedTest(name = "2 answers of each kind, seed {0}")
    @ValueSource(longs = 8)
    final void comesOutTheSameInOneRunWhenAnAnswerToACommitIsLost(long seed) throws InterruptedException {
        suite(seed, SOME_COMMITS).loseAnswers(2);
    }

    @Tag("slow")
    @ParameterizedTest(name = "20 answers of each kind, seed {0}")
    @ValueSource(longs = 9)
    final void comesOutTheSameInOneRunWheneverAnAnswerToACommitIsLost(long seed) throws InterruptedException {
        suite(seed, SOME_COMMITS).loseAnswers(20);
    }

    @ParameterizedTest(name = "4 kills, seed {0}")
    @ValueSource(longs = 10)
    final void comesOutTheSameWhateverTheClockSays(long seed, TestReporter reporter) throws InterruptedException {
        publish(reporter, suite(seed, SOME_COMMITS).shiftClock(4));
    }

    @Tag("slow")
    @ParameterizedTest(name = "40 kills, seed {0}")
    @ValueSource(longs = 11)
    final void comesOutTheSameHoweverOftenTheClockIsSet(long seed, TestReporter reporter) throws InterruptedException {
        publish(reporter, suite(seed, HALTED_COMMITS).shiftClock(40));
    }

    private static void publish(TestReporter reporter, KillReport report) {
        reporter.publishEntry("report", report.toString());
        // Entries get lost on the way through some build tools, files do not.
        reporter.publishFile(
                "kills.txt",
                MediaType.TEXT_PLAIN_UTF_8,
                file -> Files.writeString(file, report + System.lineSeparator()));
    }
}
