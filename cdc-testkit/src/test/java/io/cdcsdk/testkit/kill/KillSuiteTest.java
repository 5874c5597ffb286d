package io.cdcsdk.testkit.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Programs that keep their place exactly pass, others do not. */
class KillSuiteTest {
    private static final long DISK_BYTES = 1 << 20;

    @TempDir
    Path directory = Path.of("");

    private KillSuite suite(Counting.Kind kind) {
        return KillSuite.of(
                directory,
                11,
                target -> Counting.program(target, kind),
                (undisturbed, disturbed) -> assertThat(disturbed.resolve(Counting.LINES))
                        .hasSameTextualContentAs(undisturbed.resolve(Counting.LINES)));
    }

    @Test
    void countsTheKillsBetweenTheFirstAndTheLastCommit() throws InterruptedException {
        KillReport report = suite(Counting.Kind.EXACT).kill(4);
        assertThat(report.kills()).isEqualTo(4);
        assertThat(report.betweenCommits()).isBetween(3, 4);
        assertThat(report.commits()).isBetween(100L, 120L);
    }

    @Test
    void haltsAtEachPointThatIsPassed() throws InterruptedException {
        KillReport report = suite(Counting.Kind.EXACT).haltAtEachPoint(2);
        assertThat(report.hits())
                .containsOnlyKeys(CrashPoints.BEFORE_COMMIT, CrashPoints.AFTER_COMMIT)
                .containsEntry(CrashPoints.BEFORE_COMMIT, 2)
                .containsEntry(CrashPoints.AFTER_COMMIT, 2);
    }

    @Test
    void findsLinesThatAreRepeated() {
        assertThatThrownBy(() -> suite(Counting.Kind.REPEATS).haltAtEachPoint(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 11, commits by run: [")
                .hasMessageContaining("the last lines of the last process:\ngoes on after ");
    }

    @Test
    void findsLinesThatAreLost() {
        assertThatThrownBy(() -> suite(Counting.Kind.LOSES).haltAtEachPoint(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 11, ");
    }

    @Test
    void findsAZombieThatIsNotFenced() {
        assertThatThrownBy(() -> suite(Counting.Kind.EXACT).suspend(Duration.ofMillis(100), Successor.TAKES_OVER))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the process ended with 0, not with a failure");
    }

    @Test
    void findsASuccessorThatIsNotRefused() {
        assertThatThrownBy(() -> suite(Counting.Kind.EXACT).suspend(Duration.ofMillis(100), Successor.IS_REFUSED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the process ended with 0, not with a failure");
    }

    @Test
    void findsAProcessThatDoesNotTerminate() throws InterruptedException {
        suite(Counting.Kind.EXACT).terminate(Duration.ofSeconds(20));
        Path another = directory.resolve("another");
        assertThat(another.toFile().mkdir()).isTrue();
        directory = another;
        assertThatThrownBy(() -> suite(Counting.Kind.STAYS).terminate(Duration.ofMillis(300)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("after SIGTERM");
    }

    @Test
    void findsAProgramThatFailsByItself() {
        assertThatThrownBy(() -> suite(Counting.Kind.FAILS).haltAtEachPoint(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the process ended with 1, not with 0")
                .hasMessageContaining("failed on purpose");
    }

    @Test
    void goesOnAfterAFullDisk() throws InterruptedException {
        suite(Counting.Kind.EXACT).fillDisk(DISK_BYTES);
    }

    @Test
    void findsALineThatAFullDiskHasTorn() throws InterruptedException {
        assertThatThrownBy(() -> suite(Counting.Kind.TEARS).fillDisk(DISK_BYTES))
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown)
                                .isInstanceOf(AssertionError.class)
                                .hasMessageContaining("seed 11, commits by run: ["),
                        thrown -> assertThat(thrown).isInstanceOf(TestAbortedException.class));
    }

    @Test
    void skipsOrFailsWhereNoDiskCanBeMounted() {
        IOException cause = new IOException("not permitted");
        assertThat(SmallDisk.unmountable(false, cause)).hasMessageContaining("rights of root: not permitted");
        assertThatThrownBy(() -> {
                    throw SmallDisk.unmountable(true, cause);
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not permitted");
    }

    @Test
    void letsCallsFailInOneRun() throws InterruptedException {
        suite(Counting.Kind.EXACT).failCalls(0.1);
    }

    @Test
    void findsAProgramThatGivesUpWhenACallFails() {
        assertThatThrownBy(() -> suite(Counting.Kind.GIVES_UP).failCalls(0.1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the process ended with 1, not with 0");
    }

    @Test
    void findsAProgramThatPassesOverACallThatFailed() {
        assertThatThrownBy(() -> suite(Counting.Kind.PASSES_OVER).failCalls(0.1))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void losesAnswersInOneRun() throws InterruptedException {
        suite(Counting.Kind.EXACT).loseAnswers(1);
    }

    @Test
    void findsAProgramThatRepeatsACommitWhoseAnswerWasLost() {
        assertThatThrownBy(() -> suite(Counting.Kind.REPEATS_UNKNOWN).loseAnswers(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 11, commits by run: [121]");
    }

    @Test
    void findsAProgramThatTakesACommitForDoneWhoseAnswerWasLost() {
        assertThatThrownBy(() -> suite(Counting.Kind.PASSES_OVER_UNKNOWN).loseAnswers(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 11, commits by run: [119]");
    }

    @Test
    void goesOnWhateverTheClockSays() throws InterruptedException {
        assertThat(suite(Counting.Kind.EXACT).shiftClock(3).kills()).isEqualTo(3);
    }

    @Test
    void findsAProgramThatWaitsForItsClock() {
        assertThatThrownBy(() -> suite(Counting.Kind.WAITS_FOR_ITS_CLOCK).shiftClock(3))
                .isInstanceOf(AssertionError.class);
    }
}
