package io.cdcsdk.runtime.health;

import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.runtime.PipelineStatus.Phase;
import io.cdcsdk.runtime.PipelineStatus.SinkStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells from a pipeline's status whether it lives and is ready.
 *
 * <p><b>Live</b> is every pipeline but one that has failed, or runs and is stuck: its source has not answered for the patience; or
 * a sink has had events for the patience and committed none, or has been opening for so long. Who waits for something that a new
 * start would not bring back is not stuck: a source or a sink that fails and is tried again, a sink whose breaker is open, and a
 * source while events wait for a sink, since it may be waiting for room.
 *
 * <p><b>Ready</b> is a live pipeline that runs, while its source and all of its sinks are up, and no lane is halted.
 *
 * <p>Each change of the answers is one line in the log.
 *
 * <p>How long a sink has stood still is told by the calls: it must be asked several times within the patience, as probes do. Steps of
 * the wall clock mean nothing to it. Safe for use by several threads.
 */
public final class HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Since when something has been the same. */
    private record Still(@Nullable Object value, long since) {}

    private record State(boolean live, boolean ready) {}

    private final Supplier<PipelineStatus> status;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Map<String, Still> still = new HashMap<>();
    private @Nullable Long runningSince;
    private @Nullable State state;

    private HealthCheck(Supplier<PipelineStatus> status, Duration patience, LongSupplier nanos) {
        this.status = Objects.requireNonNull(status, "status");
        this.patience = patience;
        this.nanos = nanos;
    }

    /** Checks a pipeline with a patience of five minutes. */
    public static HealthCheck of(Supplier<PipelineStatus> status) {
        return of(status, PATIENCE);
    }

    /**
     * Checks a pipeline.
     *
     * @param patience how long a thread may take for one call before it is taken to be stuck; longer than the age at which sinks
     *     commit, and than any commit takes
     * @throws IllegalArgumentException if the patience is not above zero
     */
    public static HealthCheck of(Supplier<PipelineStatus> status, Duration patience) {
        return of(status, patience, System::nanoTime);
    }

    static HealthCheck of(Supplier<PipelineStatus> status, Duration patience, LongSupplier nanos) {
        if (patience.isZero() || patience.isNegative()) {
            throw new IllegalArgumentException("a patience of " + patience + " is not above zero");
        }
        return new HealthCheck(status, patience, nanos);
    }

    /** The health now. */
    public synchronized Health check() {
        PipelineStatus current = status.get();
        long now = nanos.getAsLong();
        List<String> dead = new ArrayList<>();
        List<String> notReady = new ArrayList<>();
        if (current.phase() == Phase.RUNNING) {
            if (runningSince == null) {
                runningSince = now;
            }
            addIfStuck(dead, current, Duration.ofNanos(now - runningSince), now);
            addIfDown(notReady, current);
        } else {
            notReady.add(
                    "the pipeline does not run: it is " + current.phase().name().toLowerCase(Locale.ROOT));
        }
        if (current.phase() == Phase.FAILED) {
            dead.add("the pipeline has failed: its log says why");
        }
        notReady.addAll(0, dead);
        boolean live = dead.isEmpty();
        boolean ready = notReady.isEmpty();
        logChange(current, new State(live, ready), notReady);
        return new Health(Health.Check.of(dead), Health.Check.of(notReady));
    }

    /** One line for each change of what the checks answer; a pipeline that comes to its end is none. */
    private void logChange(PipelineStatus current, State now, List<String> reasons) {
        State former = state;
        state = now;
        boolean news = former == null ? !now.live() : !former.equals(now);
        if (!news || now.live() && !now.ready() && current.phase() != Phase.RUNNING) {
            return;
        }
        if (now.ready()) {
            LOG.atInfo().addKeyValue("pipeline", current.pipeline()).log("the pipeline is ready");
            return;
        }
        LOG.atWarn()
                .addKeyValue("pipeline", current.pipeline())
                .addKeyValue("reasons", String.join("; ", reasons))
                .log(
                        now.live()
                                ? "the pipeline is not ready, and will be as soon as these are over"
                                : "the pipeline does not live any more: only a new start helps");
    }

    private void addIfStuck(List<String> reasons, PipelineStatus current, Duration running, long now) {
        boolean mayWaitForSinks = false;
        for (SinkStatus sink : current.sinks()) {
            mayWaitForSinks |= !sink.isUp() || sink.queuedBytes() > 0;
            addIfStuck(reasons, sink, now);
        }
        Duration polled = current.source().sinceLastPoll();
        Duration silent = polled == null ? running : polled;
        if (current.source().problem() == null && !mayWaitForSinks && silent.compareTo(patience) > 0) {
            reasons.add("the source has not answered for " + silent.toSeconds() + " seconds");
        }
    }

    private void addIfStuck(List<String> reasons, SinkStatus sink, long now) {
        boolean waits = sink.problem() != null || sink.breaker() == Breaker.OPEN;
        boolean works = !sink.open() || sink.queuedBytes() > 0 || sink.uncommittedRows() > 0;
        if (waits || !works) {
            still.remove(sink.id());
            return;
        }
        Object progress = sink.open() ? sink.lastCommit() : "opening";
        Still seen = still.get(sink.id());
        if (seen == null || !Objects.equals(seen.value(), progress)) {
            seen = new Still(progress, now);
            still.put(sink.id(), seen);
        }
        Duration stands = Duration.ofNanos(now - seen.since());
        if (stands.compareTo(patience) > 0) {
            String what = sink.open() ? "has had events, and committed none, for " : "has been opening for ";
            reasons.add("sink '" + sink.id() + "' " + what + stands.toSeconds() + " seconds");
        }
    }

    private static void addIfDown(List<String> reasons, PipelineStatus current) {
        if (current.source().problem() != null) {
            reasons.add("the source fails, and is tried again: the log says why");
        } else if (!current.source().isUp()) {
            reasons.add("the source has not answered yet");
        }
        for (String lane : new TreeSet<>(current.source().halted().keySet())) {
            reasons.add("lane '" + lane + "' is halted by a record that cannot be decoded: the log says which");
        }
        for (SinkStatus sink : current.sinks()) {
            if (!sink.open()) {
                reasons.add("sink '" + sink.id() + "' is not open");
            } else if (sink.breaker() == Breaker.OPEN) {
                reasons.add("sink '" + sink.id() + "' is left alone for a while: its breaker is open");
            } else if (!sink.isUp()) {
                reasons.add("sink '" + sink.id() + "' fails, and is tried again: the log says why");
            }
        }
    }
}
