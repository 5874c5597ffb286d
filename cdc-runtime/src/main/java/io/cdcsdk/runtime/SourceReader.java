package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Reads the source on one thread: polls, transforms, hands on to every sink, and acknowledges what all of them hold. */
final class SourceReader {
    private static final Logger LOG = LoggerFactory.getLogger(SourceReader.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(100);
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SKIPPED_BYTES = 200;
    private static final int SKIPS_TOLD = 20;

    private final String pipeline;
    private final Source source;
    private final TransformChain transforms;
    private final List<SinkWorker> workers;
    private final PipelineListener listener;
    private final Calls calls;
    private final TransformChain.@Nullable Failures failures;
    private final UndecodablePolicy undecodable;
    private final Control control;
    private final Set<String> lanes = new HashSet<>();
    private final List<Map<String, Position>> seen;
    private Positions acknowledged = Positions.none();

    private volatile @Nullable Moment lastPoll;
    private volatile Map<String, String> halted = Map.of();
    private @Nullable BadRecord firstHalt;
    private long skips;
    private boolean open;
    private boolean ended;
    private @Nullable Fatal givenUp;
    private @Nullable CdcException ofTransforms;

    /** What the reader is told by the pipeline. */
    interface Control {
        /** Whether to read nothing more: somebody stops the pipeline, or a sink has failed. */
        boolean stopping();
    }

    SourceReader(
            String pipeline,
            Source source,
            TransformChain transforms,
            List<SinkWorker> workers,
            PipelineListener listener,
            Calls calls,
            TransformChain.@Nullable Failures failures,
            UndecodablePolicy undecodable,
            Control control) {
        this.pipeline = pipeline;
        this.source = source;
        this.transforms = transforms;
        this.workers = workers;
        this.listener = listener;
        this.calls = calls;
        this.failures = failures;
        this.undecodable = undecodable;
        this.control = control;
        this.seen = new ArrayList<>(Collections.nCopies(workers.size(), Map.of()));
    }

    /** Reads until the source ends or the pipeline stops. */
    void read() throws InterruptedException {
        try {
            calls.run(() -> source.open(this::claim));
            open = true;
            while (!control.stopping()) {
                acknowledge();
                EventBatch batch;
                try {
                    batch = poll();
                } catch (BadRecord e) {
                    if (!goOn(e)) {
                        return;
                    }
                    continue;
                }
                if (batch.isEndOfSource()) {
                    ended = true;
                    return;
                }
                if (!batch.isIdle()) {
                    listener.read(batch);
                    if (!handOn(transforms.apply(batch, failures))) {
                        return;
                    }
                }
            }
        } catch (Calls.Ended e) {
            LOG.atInfo()
                    .addKeyValue("pipeline", pipeline)
                    .log("the source fails, and is not tried again, as the pipeline stops");
        } catch (Fatal e) {
            if (e != givenUp) {
                throw e;
            }
        }
    }

    private EventBatch poll() throws InterruptedException {
        EventBatch batch;
        try {
            batch = calls.get(this::pollUninterrupted);
        } catch (Interrupted e) {
            throw new InterruptedException();
        }
        lastPoll = Moment.now();
        return batch;
    }

    /**
     * Goes on behind a record that cannot be decoded, or without its lane.
     *
     * @return false if the pipeline stopped meanwhile
     * @throws BadRecord if the source cannot, or no lane is left
     */
    private boolean goOn(BadRecord failure) throws InterruptedException {
        if (!source.capabilities().contains(SourceCapability.SKIPS_UNDECODABLE)) {
            throw failure;
        }
        lastPoll = Moment.now();
        try {
            return skipOrHalt(failure);
        } catch (UnsupportedOperationException e) {
            // A source around another one that hands its capabilities on, and not these calls.
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private boolean skipOrHalt(BadRecord failure) throws InterruptedException {
        if (undecodable != UndecodablePolicy.HALT) {
            Undecodable skipped =
                    calls.get(() -> Optional.ofNullable(source.skip())).orElse(null);
            if (skipped != null) {
                LOG.atLevel(skips++ < SKIPS_TOLD ? Level.WARN : Level.DEBUG)
                        .addKeyValue("pipeline", pipeline)
                        .addKeyValue("lane", skipped.lane())
                        .addKeyValue("position", skipped.position())
                        .log("skipped a record that cannot be decoded: " + skipped.message());
                return handOn(undecodable == UndecodablePolicy.SKIP ? skipped : skipped.withoutContent());
            }
        }
        halt(calls.get(source::halt), failure);
        return true;
    }

    private void halt(String lane, BadRecord failure) {
        Map<String, String> all = new TreeMap<>(halted);
        all.put(lane, String.valueOf(failure.getMessage()));
        halted = Collections.unmodifiableMap(all);
        BadRecord first = firstHalt;
        if (first == null) {
            firstHalt = failure;
        } else {
            first.addSuppressed(failure);
        }
        LOG.atError()
                .addKeyValue("pipeline", pipeline)
                .addKeyValue("lane", lane)
                .log("the lane is read no further, and the pipeline will fail when all others have come to their end: "
                        + failure.getMessage());
        listener.failed(new PipelineListener.Failed(null, Categories.of(failure, ErrorCategory.PARSING), failure));
        // What a transaction holds that is not complete comes again with the lane.
        workers.forEach(worker -> worker.queue().add(new SinkQueue.Item.Halt(lane)));
        if (halted.keySet().containsAll(lanes)) {
            throw first == null ? failure : first;
        }
    }

    /** Where a failure went wrong that ended the reading. For the thread that reads. */
    ErrorCategory category(CdcException failure) {
        if (failure == ofTransforms) {
            return Categories.of(failure, ErrorCategory.TRANSFORM);
        }
        return Categories.of(failure, failure instanceof BadRecord ? ErrorCategory.PARSING : ErrorCategory.SOURCE);
    }

    /** The first record that halted a lane, or null. For the thread that reads, and after it. */
    @Nullable
    BadRecord haltedBy() {
        return firstHalt;
    }

    private EventBatch pollUninterrupted() {
        try {
            return source.poll(POLL_WAIT);
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    /** Carries an interrupt through what cannot throw one. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Interrupted(InterruptedException cause) {
            super(cause);
        }
    }

    /** How the source stands. Any thread. */
    PipelineStatus.SourceStatus status() {
        Moment poll = lastPoll;
        return new PipelineStatus.SourceStatus(calls.problem(), Moment.time(poll), Moment.age(poll), halted);
    }

    /** Whether the source has come to its end, so that no transaction is open any more. */
    boolean sourceEnded() {
        return ended;
    }

    /** Hands on what came out of the transforms, and then fails where they did. */
    private boolean handOn(TransformChain.Result result) throws InterruptedException {
        boolean taken = result.batch() == null || handOn(result.batch(), result.stopped());
        if (result.failure() != null) {
            ofTransforms = result.failure();
            throw result.failure();
        }
        return taken;
    }

    private boolean handOn(EventBatch batch, Map<ChangeEvent, Stopped> stopped) throws InterruptedException {
        return handOn(new SinkQueue.Item.Events(batch, stopped, null));
    }

    private boolean handOn(Undecodable skipped) throws InterruptedException {
        String content = skipped.content();
        long characters = skipped.message().length() + (content == null ? 0 : content.length());
        EventBatch batch = EventBatch.of(
                skipped.lane(),
                List.of(),
                skipped.position(),
                SKIPPED_BYTES + Character.BYTES * characters,
                skipped.boundary());
        return handOn(new SinkQueue.Item.Events(batch, Map.of(), skipped));
    }

    /** Hands events to every sink, waiting for room; false if the pipeline stopped meanwhile, and they were dropped. */
    private boolean handOn(SinkQueue.Item.Events events) throws InterruptedException {
        for (SinkWorker worker : workers) {
            while (!worker.queue().offer(events, SLICE)) {
                if (control.stopping()) {
                    return false;
                }
                acknowledge();
            }
        }
        return true;
    }

    /** Tells the source what every sink holds, if that is more than it was told before. */
    void acknowledge() {
        if (!open) {
            return;
        }
        boolean changed = false;
        for (int i = 0; i < workers.size(); i++) {
            Map<String, Position> durable = workers.get(i).durable();
            changed |= seen.set(i, durable) != durable;
        }
        if (!changed) {
            return;
        }
        Map<String, Position> news = new HashMap<>();
        for (String lane : lanes) {
            Position least = least(lane);
            if (least != null && least.isAfter(acknowledged.of(lane))) {
                news.put(lane, least);
            }
        }
        if (!news.isEmpty()) {
            Map<String, Position> all = new HashMap<>(acknowledged.asMap());
            all.putAll(news);
            acknowledged = Positions.of(all);
            calls.run(() -> source.acknowledge(Positions.of(news)));
            listener.acknowledged(acknowledged);
        }
    }

    private @Nullable Position least(String lane) {
        Position least = null;
        for (Map<String, Position> durable : seen) {
            Position position = durable.get(lane);
            if (position == null) {
                return null;
            }
            least = least == null || position.compareTo(least) < 0 ? position : least;
        }
        return least;
    }

    private Positions claim(Set<String> claimed) {
        List<CompletableFuture<List<Cursor>>> answers =
                workers.stream().map(worker -> worker.claim(claimed)).toList();
        answers.forEach(this::await);
        lanes.addAll(claimed);
        Map<String, Position> resume = new HashMap<>();
        for (String lane : claimed) {
            Position least = null;
            boolean everywhere = true;
            for (SinkWorker worker : workers) {
                Position position = worker.durable().get(lane);
                everywhere &= position != null;
                if (position != null && (least == null || position.compareTo(least) < 0)) {
                    least = position;
                }
            }
            if (everywhere && least != null) {
                resume.put(lane, least);
            }
        }
        Positions positions = Positions.of(resume);
        for (String lane : claimed) {
            Position position = positions.of(lane);
            LOG.atInfo()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("lane", lane)
                    .log("claimed; reading " + (position == null ? "from the beginning" : "after " + position));
        }
        listener.claimed(Set.copyOf(claimed), positions);
        return positions;
    }

    private List<Cursor> await(CompletableFuture<List<Cursor>> answer) {
        while (true) {
            try {
                return answer.get(SLICE, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (control.stopping()) {
                    givenUp = new Fatal("the pipeline stopped while it claimed lanes", e);
                    throw givenUp;
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof CdcException cause) {
                    throw cause;
                }
                throw new Fatal("a sink failed while it claimed lanes: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Fatal("interrupted while the sinks claimed lanes", e);
            }
        }
    }
}
