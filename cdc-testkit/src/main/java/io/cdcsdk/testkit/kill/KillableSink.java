package io.cdcsdk.testkit.kill;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * A sink in a child process whose parent disturbs it: passes the {@link CrashPoints} around each write and commit, tells each
 * commit by {@link ChildProgress}, and fails where the parent wants. Forwards everything to another sink. In a process that no
 * {@link ChildProgram} has started it only forwards.
 */
public final class KillableSink implements Sink {
    private final Sink sink;
    private final double failingShare = Double.parseDouble(System.getProperty(Parent.FAILING_SHARE, "0"));
    private final int lostAnswer = Integer.getInteger(Parent.LOST_ANSWER, 0);
    private final boolean lostCall = Boolean.getBoolean(Parent.LOST_CALL);
    private final Random random = new Random(Long.getLong(Parent.SEED, 0));
    private int commits;

    private KillableSink(Sink sink) {
        this.sink = Objects.requireNonNull(sink, "sink");
    }

    /** Wraps a sink. */
    public static KillableSink of(Sink sink) {
        return new KillableSink(sink);
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
        failSometimes("write");
        CrashPoints.pass(CrashPoints.BEFORE_WRITE);
        sink.write(batch);
        CrashPoints.pass(CrashPoints.AFTER_WRITE);
    }

    @Override
    public void commit(Commit commit) {
        failSometimes("commit");
        CrashPoints.pass(CrashPoints.BEFORE_COMMIT);
        boolean lost = ++commits == lostAnswer;
        if (!lost || !lostCall) {
            sink.commit(commit);
            ChildProgress.committed();
            CrashPoints.pass(CrashPoints.AFTER_COMMIT);
        }
        if (lost) {
            Parent.tell(Parent.FAILED);
            throw new OutcomeUnknown(
                    "the answer to commit " + commits + " of this run was lost",
                    new IllegalStateException("timed out"));
        }
    }

    private void failSometimes(String call) {
        if (failingShare > 0 && random.nextDouble() < failingShare) {
            Parent.tell(Parent.FAILED);
            throw new Retryable("this " + call + " was chosen to fail");
        }
    }

    @Override
    public void close() {
        sink.close();
    }
}
