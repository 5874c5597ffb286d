package io.cdcsdk.testkit.kill;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a suite has done.
 *
 * @param kills how many processes were ended by SIGKILL, or halted themselves
 * @param betweenCommits how many of these ended between the first and the last commit of the stream
 * @param hits how many halted at which of the {@link CrashPoints}
 * @param commits how many commits the disturbed runs have told of
 * @param took how long all runs took, the undisturbed one included
 */
public record KillReport(int kills, int betweenCommits, Map<String, Integer> hits, long commits, Duration took) {
    public KillReport {
        hits = Map.copyOf(hits);
    }

    @Override
    public String toString() {
        String points = hits.isEmpty() ? "" : ", hits by point: " + new TreeMap<>(hits);
        return kills + " kills, " + betweenCommits + " of them between the first and the last of " + commits
                + " commits" + points + ", " + took.toMillis() / 1000.0 + " s";
    }
}
