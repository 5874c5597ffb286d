package io.cdcsdk.testkit.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Disturbs a pipeline in child JVMs, lets it come to its end, and compares its target with that of an undisturbed run. Each
 * method is one kind of disturbance, on targets of its own; the undisturbed run is made once, but for a full disk.
 *
 * <p>The program reads a finite stream, the same in every run, and ends with 0 when everything has been committed; started again
 * on the same target it goes on; when its pipeline fails, it ends with any other exit code. It tells of its commits by {@link
 * KillableSink}, by {@link ChildProgress}, or in lines of its own ({@link ChildProgram#commitLines}).
 *
 * <p>What is random follows the seed, but for the time that processes take. Every failure is an {@link AssertionError} whose
 * message holds the seed, the runs so far and the last lines of the last child.
 *
 * <p>Needs the signals of POSIX. For one thread.
 */
public final class KillSuite {
    /** What must hold at the end. */
    @FunctionalInterface
    public interface Comparison {
        /** Asserts that two targets hold the same, and that the second has no left-overs. */
        void assertSame(Path undisturbed, Path disturbed) throws Exception;
    }

    private record Undisturbed(Path target, long commits, Map<String, Integer> passings) {}

    @FunctionalInterface
    private interface Disturbance<T> {
        T run() throws Exception;
    }

    /** The least share of kills between the first and the last commit; others test little. */
    private static final double LEAST_SHARE = 0.7;

    private static final Duration LONGEST_AFTER_COMMIT = Duration.ofMillis(40);
    private static final Duration LONGEST_AFTER_START = Duration.ofMillis(1500);
    private static final Duration LONGEST_FULL = Duration.ofSeconds(20);
    private static final Duration STALLED = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LONGEST_SHIFT = Duration.ofDays(2);
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private final Path directory;
    private final long seed;
    private final Function<Path, ChildProgram> program;
    private final Comparison comparison;
    private final Random random;
    private final List<KillChain> chains = new ArrayList<>();
    private @Nullable Undisturbed undisturbed;
    private @Nullable Child last;
    private int targets;

    private KillSuite(Path directory, long seed, Function<Path, ChildProgram> program, Comparison comparison) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.seed = seed;
        this.program = Objects.requireNonNull(program, "program");
        this.comparison = Objects.requireNonNull(comparison, "comparison");
        this.random = new Random(seed);
    }

    /**
     * A suite.
     *
     * @param directory a folder of the test, where the targets are made; they stay
     * @param seed of all that is random; it belongs into the display name of the test
     * @param program what to run for a target, which is an empty directory at first
     * @param comparison what must hold at the end
     */
    public static KillSuite of(Path directory, long seed, Function<Path, ChildProgram> program, Comparison comparison) {
        return new KillSuite(directory, seed, program, comparison);
    }

    /**
     * Kills one run after the other by SIGKILL: three of four some milliseconds after a commit, the fourth at any moment from its
     * start on. At least 70% of the kills fall between the first and the last commit.
     *
     * @param kills how many; the stream should have five commits for each, or more
     */
    public KillReport kill(int kills) throws InterruptedException {
        return described(() -> {
            long started = System.nanoTime();
            KillChain chain = newChain();
            long left = undisturbed().commits();
            for (int i = 0; i < kills; i++) {
                // Half of an even share, so that a run that is killed late leaves commits for those after it.
                left -= runAndKill(chain, program.apply(chain.target()), Math.max(1, left / (2L * (kills - i))));
            }
            finish(chain);
            int between = chain.killsBetweenCommits();
            if (between < Math.ceil(kills * LEAST_SHARE)) {
                throw new AssertionError("only " + between + " of " + kills
                        + " kills fell between the first and the last commit: give the stream more commits");
            }
            return report(List.of(chain), Map.of(), started);
        });
    }

    private long runAndKill(KillChain chain, ChildProgram run, long mostCommits) throws Exception {
        try (Child child = start(run)) {
            if (random.nextInt(4) == 0) {
                boolean unused = child.awaitCommits(mostCommits, randomUpTo(LONGEST_AFTER_START));
            } else {
                child.awaitCommits(random.nextLong(mostCommits) + 1);
                boolean unused = child.awaitCommits(mostCommits, randomUpTo(LONGEST_AFTER_COMMIT));
            }
            child.kill();
            int exitCode = child.exitCode();
            if (exitCode == KILLED) {
                chain.killed(child.commits());
            } else {
                requireExitCode(exitCode == 0, child, "0, or " + KILLED + " after a kill");
                chain.ended(child.commits());
            }
            return child.commits();
        }
    }

    private Duration randomUpTo(Duration most) {
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }

    /**
     * Halts runs at each of the {@link CrashPoints} that the undisturbed run has passed, in random order and at random passings.
     *
     * @param times how often at each point
     */
    public KillReport haltAtEachPoint(int times) throws InterruptedException {
        return described(() -> {
            long started = System.nanoTime();
            Map<String, Integer> passings = undisturbed().passings();
            if (passings.isEmpty()) {
                throw new AssertionError("the program passes no crash points: wrap its sink in a KillableSink");
            }
            List<String> points = new ArrayList<>();
            passings.keySet().forEach(point -> points.addAll(Collections.nCopies(times, point)));
            Collections.sort(points);
            Collections.shuffle(points, random);
            Map<String, Integer> hits = new TreeMap<>();
            List<KillChain> all = new ArrayList<>(List.of(newChain()));
            for (String point : points) {
                int most = Math.max(1, passingsOf(point) / points.size());
                while (!halts(all.get(all.size() - 1), point, 1 + random.nextInt(most))) {
                    // The stream has come to its end without; a new one has every point before it.
                    all.add(newChain());
                }
                hits.merge(point, 1, Integer::sum);
            }
            finish(all.get(all.size() - 1));
            return report(all, hits, started);
        });
    }

    private int passingsOf(String point) throws Exception {
        return Objects.requireNonNull(undisturbed().passings().get(point));
    }

    private boolean halts(KillChain chain, String point, int passing) throws Exception {
        boolean fresh = chain.isFresh();
        ChildProgram halting = program.apply(chain.target())
                .property(Parent.POINT, point)
                .property(Parent.PASSING, String.valueOf(passing));
        try (Child child = start(halting)) {
            int exitCode = child.exitCode();
            if (exitCode == CrashPoints.HALTED) {
                chain.killed(child.commits());
                return true;
            }
            requireExitCode(exitCode == 0, child, "0, or " + CrashPoints.HALTED + " at its point");
            chain.ended(child.commits());
        }
        if (fresh) {
            throw new AssertionError("passing " + passing + " of " + point + " did not come");
        }
        compare(chain);
        return false;
    }

    /**
     * Terminates a run by SIGTERM: it ends in time, with exit code 0 or 143, and the next run goes on.
     *
     * @param within how long it may take to end
     */
    public void terminate(Duration within) throws InterruptedException {
        described(() -> {
            KillChain chain = newChain();
            try (Child child = start(program.apply(chain.target()))) {
                child.awaitCommits(commitUpTo(2));
                child.terminate();
                if (!child.awaitEnd(within)) {
                    throw new AssertionError("the process still ran " + within + " after SIGTERM");
                }
                int exitCode = child.exitCode();
                requireExitCode(exitCode == 0 || exitCode == TERMINATED, child, "0 or " + TERMINATED);
                chain.ended(child.commits());
            }
            return finish(chain);
        });
    }

    /**
     * Stops a run by SIGSTOP right before a commit, starts a second one on the same target, and lets the first one go on by
     * SIGCONT. Where the second takes over, the first must fail and commit nothing; where it is refused, the first comes to its
     * end as if nothing had happened. The program's sink is a {@link KillableSink}.
     *
     * @param sessionTimeout how long the first is stopped before the second starts, or more: the longest session that it may hold
     * @param expected what becomes of the second
     */
    public void suspend(Duration sessionTimeout, Successor expected) throws InterruptedException {
        described(() -> {
            KillChain chain = newChain();
            ChildProgram stopping = program.apply(chain.target())
                    .property(Parent.POINT, CrashPoints.BEFORE_COMMIT)
                    .property(Parent.PASSING, String.valueOf(1 + commitUpTo(3)))
                    .property(Parent.ACTION, CrashPoints.Action.STOP.name());
            try (Child zombie = start(stopping)) {
                if (!zombie.awaitStopping() || zombie.awaitEnd(sessionTimeout)) {
                    throw new AssertionError("the process ended with " + zombie.exitCode() + " and did not stop");
                }
                long commits = zombie.commits();
                try (Child successor = start(program.apply(chain.target()))) {
                    if (expected == Successor.TAKES_OVER) {
                        awakenTooLate(zombie, successor, commits);
                    } else {
                        awakenInTime(zombie, successor);
                    }
                    chain.ended(zombie.commits() + successor.commits());
                }
            }
            return finish(chain);
        });
    }

    private void awakenTooLate(Child zombie, Child successor, long commits) throws Exception {
        successor.awaitCommits(1);
        if (successor.commits() == 0) {
            throw new AssertionError("the successor ended with " + successor.exitCode() + " and has committed nothing");
        }
        zombie.resume();
        last = zombie;
        requireExitCode(zombie.exitCode() != 0, zombie, "a failure, as its lanes were claimed by the successor");
        if (zombie.commits() != commits) {
            throw new AssertionError("the zombie committed " + (zombie.commits() - commits)
                    + " times after its lanes were claimed by the successor");
        }
        last = successor;
        requireExitCode(successor.exitCode() == 0, successor, "0");
    }

    private void awakenInTime(Child zombie, Child successor) throws Exception {
        requireExitCode(successor.exitCode() != 0, successor, "a failure, as another process holds the target");
        if (successor.commits() != 0) {
            throw new AssertionError("the successor was refused after " + successor.commits() + " commits");
        }
        zombie.resume();
        last = zombie;
        requireExitCode(zombie.exitCode() == 0, zombie, "0");
    }

    /**
     * Fills the disk of a target while a run commits, until that run has ended or makes no commits any more, gives the room back,
     * and lets it come to its end, in one more run if need be.
     *
     * @param bytes the size of the disk, on which two targets fit with all that their sinks do
     * @throws TestAbortedException if no small disk can be mounted here; see {@link SmallDisk#mountOrSkip}
     */
    public void fillDisk(long bytes) throws InterruptedException {
        described(() -> {
            try (SmallDisk disk = SmallDisk.mountOrSkip(newTarget(), bytes)) {
                Undisturbed compared =
                        undisturbed(Files.createDirectory(disk.directory().resolve("undisturbed")));
                KillChain chain =
                        new KillChain(Files.createDirectory(disk.directory().resolve("target")));
                chains.add(chain);
                int exitCode;
                try (Child child = start(program.apply(chain.target()))) {
                    child.awaitCommits(1 + random.nextLong(Math.max(1, compared.commits() / 4)));
                    child.suspend();
                    disk.fill();
                    child.resume();
                    keepFull(disk, child);
                    disk.free();
                    exitCode = child.exitCode();
                    chain.ended(child.commits());
                }
                if (exitCode != 0) {
                    long unused = runToTheEnd(chain, program.apply(chain.target()));
                }
                comparison.assertSame(compared.target(), chain.target());
                return chain;
            }
        });
    }

    private static void keepFull(SmallDisk disk, Child child) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_FULL.toNanos();
        long changed = System.nanoTime();
        long commits = child.commits();
        boolean stalled = false;
        while (!stalled && !child.awaitEnd(LOOK)) {
            disk.fill();
            long now = System.nanoTime();
            if (child.commits() != commits) {
                commits = child.commits();
                changed = now;
            }
            stalled = now - changed > STALLED.toNanos();
            if (now > deadline) {
                throw new AssertionError("the process went on committing on a full disk for " + LONGEST_FULL);
            }
        }
        if (!stalled && child.exitCode() == 0) {
            throw new AssertionError("the stream had come to its end before the disk was full");
        }
    }

    /**
     * Lets a share of all writes and commits fail with a {@link io.cdcsdk.api.Retryable}. The pipeline makes these calls again: the
     * same run comes to its end. The program's sink is a {@link KillableSink}.
     *
     * @param share above 0, below 1; so large that some calls do fail, and so small that the pipeline does not give up
     */
    public void failCalls(double share) throws InterruptedException {
        described(() -> {
            KillChain chain = newChain();
            long failures = runToTheEnd(
                    chain,
                    program.apply(chain.target())
                            .property(Parent.FAILING_SHARE, String.valueOf(share))
                            .property(Parent.SEED, String.valueOf(random.nextLong())));
            if (failures == 0) {
                throw new AssertionError("no call was made to fail: choose a larger share than " + share);
            }
            return compare(chain);
        });
    }

    /**
     * Lets the answer to a commit be lost, with {@link io.cdcsdk.api.OutcomeUnknown}: of one that has happened, and of one that has
     * not, each in a run of its own on an empty target. The pipeline finds out what has happened: the same run comes to its end. The
     * program's sink is a {@link KillableSink}.
     *
     * @param times how many answers of each kind
     */
    public void loseAnswers(int times) throws InterruptedException {
        described(() -> {
            for (int i = 0; i < 2 * times; i++) {
                KillChain chain = newChain();
                long lost = runToTheEnd(
                        chain,
                        program.apply(chain.target())
                                .property(Parent.LOST_ANSWER, String.valueOf(commitUpTo(1)))
                                .property(Parent.LOST_CALL, String.valueOf(i % 2 != 0)));
                if (lost != 1) {
                    throw new AssertionError(lost + " answers were lost, not 1: the program's sink is no KillableSink");
                }
                compare(chain);
            }
            return true;
        });
    }

    /**
     * Kills one run after the other by SIGKILL, each with a clock that is up to two days ahead or behind: {@link ChildClock} tells
     * it, for all that the program gives a clock to, and every file that a run has written gets a time by that clock. The last run
     * has the true time. No clock of the machine is changed: what asks the system for the time gets the true one.
     *
     * @param kills how many; the stream should have five commits for each, or more
     */
    public KillReport shiftClock(int kills) throws InterruptedException {
        return described(() -> {
            long started = System.nanoTime();
            KillChain chain = newChain();
            long left = undisturbed().commits();
            for (int i = 0; i < kills; i++) {
                // Ahead and behind in turn, so that time goes back as often as it leaps.
                Duration offset = randomUpTo(LONGEST_SHIFT).multipliedBy(i % 2 == 0 ? 1 : -1);
                FileTime before = FileTime.from(Instant.now());
                left -= runAndKill(
                        chain,
                        program.apply(chain.target()).property(Parent.CLOCK_OFFSET, offset.toString()),
                        Math.max(1, left / (2L * (kills - i))));
                shiftTimes(chain.target(), before, offset);
            }
            finish(chain);
            return report(List.of(chain), Map.of(), started);
        });
    }

    /** Files are told by their times: those that an earlier run has shifted ahead are shifted anew, which does no harm. */
    private static void shiftTimes(Path target, FileTime since, Duration offset) throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                FileTime time = Files.getLastModifiedTime(file);
                if (time.compareTo(since) >= 0) {
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(offset)));
                }
            }
        }
    }

    /** A random number of commits, from 1 to a part of all. */
    private long commitUpTo(int part) throws Exception {
        return 1 + random.nextLong(Math.max(1, undisturbed().commits() / part));
    }

    private Undisturbed undisturbed() throws Exception {
        Undisturbed known = undisturbed;
        if (known == null) {
            known = undisturbed(newTarget());
            undisturbed = known;
        }
        return known;
    }

    private Undisturbed undisturbed(Path target) throws Exception {
        try (Child child = start(program.apply(target).property(Parent.COUNT_POINTS, "true"))) {
            requireExitCode(child.exitCode() == 0, child, "0 in an undisturbed run");
            if (child.commits() < 2) {
                throw new AssertionError(
                        "an undisturbed run tells of " + child.commits() + " commits: more are needed");
            }
            return new Undisturbed(target, child.commits(), child.passings());
        }
    }

    /** The last run of a chain, and the comparison. */
    private KillChain finish(KillChain chain) throws Exception {
        long unused = runToTheEnd(chain, program.apply(chain.target()));
        return compare(chain);
    }

    /** Gives how many calls were made to fail. */
    private long runToTheEnd(KillChain chain, ChildProgram run) throws Exception {
        try (Child child = start(run)) {
            requireExitCode(child.exitCode() == 0, child, "0");
            chain.ended(child.commits());
            return child.failures();
        }
    }

    private KillChain compare(KillChain chain) throws Exception {
        comparison.assertSame(undisturbed().target(), chain.target());
        return chain;
    }

    private Child start(ChildProgram started) throws IOException {
        Child child = started.start();
        last = child;
        return child;
    }

    private KillChain newChain() throws Exception {
        Undisturbed unused = undisturbed();
        KillChain chain = new KillChain(newTarget());
        chains.add(chain);
        return chain;
    }

    private Path newTarget() throws IOException {
        return Files.createDirectory(directory.resolve("target-" + targets++));
    }

    private void requireExitCode(boolean expected, Child child, String wanted) throws InterruptedException {
        if (!expected) {
            last = child;
            throw new AssertionError("the process ended with " + child.exitCode() + ", not with " + wanted);
        }
    }

    private static KillReport report(List<KillChain> chains, Map<String, Integer> hits, long started) {
        return new KillReport(
                chains.stream().mapToInt(KillChain::kills).sum(),
                chains.stream().mapToInt(KillChain::killsBetweenCommits).sum(),
                hits,
                chains.stream().mapToLong(KillChain::commits).sum(),
                Duration.ofNanos(System.nanoTime() - started));
    }

    /** Runs a disturbance, and adds to a failure what is needed to understand it. */
    private <T> T described(Disturbance<T> disturbance) throws InterruptedException {
        try {
            return disturbance.run();
        } catch (InterruptedException | TestAbortedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            String chain = chains.isEmpty() ? "" : ", " + chains.get(chains.size() - 1);
            String lines = last == null ? "" : "\nthe last lines of the last process:\n" + last.lastLines();
            throw new AssertionError("seed " + seed + chain + ": " + e.getMessage() + lines, e);
        }
    }
}
