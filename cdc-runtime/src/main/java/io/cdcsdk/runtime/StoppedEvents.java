package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
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
    /** Those that failed in this run, also if no sink has seen them yet. */
    private final Set<String> failed = new HashSet<>();

    StoppedEvents(TransformChain chain, List<SinkWorker> workers) {
        this.chain = chain;
        this.workers = workers;
        byte[] salt = new byte[32];
        new SecureRandom().nextBytes(salt);
        this.ownKeys = new EventKeys(salt);
    }

    @Override
    public boolean mayStop() {
        if (!failed.isEmpty()) {
            return true;
        }
        for (SinkWorker worker : workers) {
            if (worker.stopsSourceKeys()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Stopped passed(ChangeEvent source, ChangeEvent result) {
        boolean known = !(source instanceof RowChange)
                || ownKeys.ofSource(source).stream().anyMatch(failed::contains)
                || workers.stream().anyMatch(worker -> worker.stopsSource(source));
        return known ? new Stopped(source, result, result.schema(), chain.size(), null) : null;
    }

    @Override
    public Stopped failed(ChangeEvent source, ChangeEvent left, int transforms, BadRecord failure) {
        failed.addAll(ownKeys.ofSource(source));
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
