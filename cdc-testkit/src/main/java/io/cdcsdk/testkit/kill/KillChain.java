package io.cdcsdk.testkit.kill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The runs over one target, and how many commits each of them made. */
final class KillChain {
    private final Path target;
    private final List<Long> commits = new ArrayList<>();
    private final List<Integer> kills = new ArrayList<>();

    KillChain(Path target) {
        this.target = target;
    }

    Path target() {
        return target;
    }

    boolean isFresh() {
        return commits.isEmpty();
    }

    void ended(long made) {
        commits.add(made);
    }

    void killed(long made) {
        commits.add(made);
        kills.add(commits.size());
    }

    int kills() {
        return kills.size();
    }

    long commits() {
        return commits.stream().mapToLong(Long::longValue).sum();
    }

    /** How many kills had a commit before and one after them. */
    int killsBetweenCommits() {
        int between = 0;
        for (int runs : kills) {
            long before =
                    commits.subList(0, runs).stream().mapToLong(Long::longValue).sum();
            between += before > 0 && commits() > before ? 1 : 0;
        }
        return between;
    }

    @Override
    public String toString() {
        return "commits by run: " + commits;
    }
}
