package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.testkit.kill.ChildClock;
import io.cdcsdk.testkit.kill.CrashPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A store in a child process: passes a crash point around each step on its disk, which once in each process fails. */
public final class KillableLetters {
    private static final long SEGMENT_BYTES = 16L << 10;
    /** Behind those that begin a session: one of an append. */
    private static final int FAILING_SYNC = 5;

    private int syncs;

    private KillableLetters() {}

    /** A store with the clock of the child. */
    public static FileDeadLetterStore store(Path directory) {
        return FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(SEGMENT_BYTES)
                .clock(ChildClock.clock())
                .watcher(new KillableLetters()::reached)
                .build();
    }

    /** All points that a store passes. */
    public static Set<String> points() {
        return Arrays.stream(DiskPoint.values()).map(KillableLetters::name).collect(Collectors.toSet());
    }

    private void reached(DiskPoint point, Path path) throws IOException {
        CrashPoints.pass(name(point));
        if (point == DiskPoint.BEFORE_SYNC && ++syncs == FAILING_SYNC) {
            throw new IOException("chosen to fail");
        }
    }

    private static String name(DiskPoint point) {
        return "letters-" + point.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
