package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stops events that a transform cannot take, and those that come behind them. Whether an event does, every sink decides for itself:
 * one may have resolved what another one still keeps. For the thread that reads.
 */
final class StoppedEvents implements TransformChain.Failures {
    private final TransformChain chain;
    private final List<SinkWorker> workers;
    private final EventKeys ownKeys;
    /** The keys of those that failed in this run, up to {@link #lastFailed}, and that a sink may not have seen yet. */
    private final Set<String> failed = new HashSet<>();

    private final Set<TableId> failedTables = new HashSet<>();
    private final Map<String, Position> lastFailed = new HashMap<>();

    StoppedEvents(TransformChain chain, List<SinkWorker> workers) {
        this.chain = chain;
        this.workers = workers;
        byte[] salt = new byte[32];
        new SecureRandom().nextBytes(salt);
        this.ownKeys = new EventKeys(salt);
    }

    @Override
    public boolean mayStop() {
        if (!failedTables.isEmpty() && !lastFailed.entrySet().stream().allMatch(this::isDurable)) {
            return true;
        }
        failed.clear();
        failedTables.clear();
        lastFailed.clear();
        for (SinkWorker worker : workers) {
            if (worker.stopsSourceKeys()) {
                return true;
            }
        }
        return false;
    }

    /** Whether every sink has set aside what failed up to there, or has resolved it: it knows the keys by itself. */
    private boolean isDurable(Map.Entry<String, Position> last) {
        for (SinkWorker worker : workers) {
            Position durable = worker.durable().get(last.getKey());
            if (durable == null || last.getValue().isAfter(durable)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable Stopped passed(ChangeEvent source, ChangeEvent result) {
        boolean known = !(source instanceof RowChange)
                || isBehindFailed(source)
                || workers.stream().anyMatch(worker -> worker.stopsSource(source));
        return known ? new Stopped(source, result, result.schema(), chain.size(), null) : null;
    }

    private boolean isBehindFailed(ChangeEvent source) {
        return failedTables.contains(source.table())
                && (failed.contains(EventKeys.wholeTable(EventKeys.SOURCE + source.table()))
                        || ownKeys.ofSource(source).stream().anyMatch(failed::contains));
    }

    @Override
    public Stopped failed(String lane, ChangeEvent source, ChangeEvent left, int transforms, BadRecord failure) {
        failed.addAll(ownKeys.ofSource(source));
        failedTables.add(source.table());
        lastFailed.put(lane, source.position());
        ErrorCategory category = failure.category();
        Fault fault = new Fault(
                category == null ? ErrorCategory.TRANSFORM : category,
                String.valueOf(failure.getMessage()),
                failure.getClass().getSimpleName());
        return new Stopped(source, chain.masked(left, transforms), schema(left, transforms), transforms, fault);
    }

    private @Nullable TableSchema schema(ChangeEvent left, int transforms) {
        try {
            return chain.schema(left.schema(), transforms);
        } catch (CdcException e) {
            return null;
        }
    }
}
