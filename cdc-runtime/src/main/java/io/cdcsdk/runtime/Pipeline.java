package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.transform.Mask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Moves changes from one source through transforms to sinks.
 *
 * <p>One thread reads the source and transforms; each sink has a queue, bounded in bytes, and a thread that writes and commits.
 * Events of one key keep their order. A sink that holds its cursor in its target gets every change with exactly-once effect;
 * any other gets it at least once, with its cursors in a {@link PositionStore}. After a restart every sink goes on where its
 * own cursors stand. The source is told only what all sinks hold.
 *
 * <p>A commit falls on the end of source transactions: the beginning of one that goes on is held back in memory until it ends, or
 * is more than the commit's bounds; then it is committed in parts.
 *
 * <p>Memory: for each sink the queue's bound in bytes, the commit's bound in bytes for what is held back and once more for what is
 * written and not committed, one batch on its way, what the sink itself buffers up to a commit, and about 1 KB for each dead letter
 * that is not resolved.
 *
 * <p>A pipeline runs once. All methods may be called from any thread.
 */
public final class Pipeline implements AutoCloseable {
    private final PipelineRun run;
    private final Source source;
    private final Map<String, Sink> sinks;
    private final List<Transform> transforms;
    private final boolean hasDeadLetters;
    private boolean started;
    private boolean closed;

    private Pipeline(
            PipelineRun run,
            Source source,
            Map<String, Sink> sinks,
            List<Transform> transforms,
            boolean hasDeadLetters) {
        this.transforms = List.copyOf(transforms);
        this.hasDeadLetters = hasDeadLetters;
        this.run = run;
        this.source = source;
        this.sinks = sinks;
    }

    /**
     * Starts the composition of a pipeline.
     *
     * @param name the name of the pipeline in logs, thread names and the {@link PositionStore}; stays the same over restarts
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Runs until the source ends, somebody calls {@link #stop()}, or something fails; then everything that was read has been
     * committed and acknowledged, as far as no failure forbids it, and the source and the sinks are closed.
     *
     * @throws CdcException what stopped the pipeline; what was not committed will be read again by the next run
     */
    public void run() {
        start();
        await();
    }

    /** Starts the threads and returns. */
    public synchronized void start() {
        if (started || closed) {
            throw new IllegalStateException("a pipeline runs once: build a new one");
        }
        started = true;
        run.start();
    }

    /** Waits for the end of a started pipeline; throws as {@link #run()} does. An interrupt of the caller stops the pipeline. */
    public void await() {
        run.await();
    }

    /**
     * Asks the pipeline to end: to read no further, and to commit the transactions that it has read to their end. Returns at
     * once; {@link #await()} waits. A source that fails for the moment is not tried again; that is no failure of the pipeline. One that
     * does not return is interrupted after half the drain time. If the rest is not committed, as where a breaker stays open, within the drain time, the sinks are interrupted, the pipeline fails, and nothing uncommitted is acknowledged.
     */
    public void stop() {
        run.stop();
    }

    /**
     * Lets the termination of the process (SIGTERM, Ctrl-C) drain this pipeline: the process ends when it has been drained, or
     * the drain time is over.
     *
     * @return this pipeline
     */
    public Pipeline stopOnTermination() {
        run.stopOnTermination();
        return this;
    }

    /** Stops the pipeline if it runs and waits until it has ended; throws nothing of what stopped it. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed && !started) {
                return;
            }
            closed = true;
            if (!started) {
                run.removeTerminationHook();
                try {
                    source.close();
                } finally {
                    sinks.values().forEach(Sink::close);
                }
                return;
            }
        }
        run.stop();
        run.join();
    }

    /**
     * Writes dead letters of one sink to their targets: those that a filter chooses, with what stands right behind them, in the order
     * in which they came, going on behind the transforms that had succeeded. What fails again stays, and so does what stands behind it.
     * With exactly-once effect, also if the process is killed in between: the next run, or the next replay, sees what has happened.
     *
     * <p>May be called while the pipeline runs: the sink does it between two commits. If the pipeline has not been started, the sink
     * alone is opened for it, and closed afterwards; the pipeline is used up then. Claims the lanes of all letters: another pipeline that has
     * taken one of them over loses it. Memory: all letters of the sink.
     *
     * @throws IllegalStateException if the pipeline has no store for dead letters
     * @throws IllegalArgumentException if there is no such sink
     * @throws CdcException what the sink failed with; a pipeline that runs stops with it
     */
    public ReplayResult replay(String sink, DeadLetterFilter filter) {
        return ask(sink, writer -> writer.replay(filter, new TransformChain(transforms)));
    }

    /**
     * Forgets dead letters of one sink. What stands behind them stays, and is replayed by itself.
     *
     * @return how many letters; see {@link #replay} for what is thrown, and when it may be called
     */
    public long dropDeadLetters(String sink, DeadLetterFilter filter) {
        return ask(sink, writer -> writer.drop(filter));
    }

    private <T> T ask(String sink, Function<SinkWriter, T> work) {
        return LogContext.call(run.name(), sink, () -> askInContext(sink, work));
    }

    private <T> T askInContext(String sink, Function<SinkWriter, T> work) {
        if (!hasDeadLetters) {
            throw new IllegalStateException("the pipeline has no store for dead letters");
        }
        if (!sinks.containsKey(sink)) {
            throw new IllegalArgumentException("there is no sink '" + sink + "'; there are " + sinks.keySet());
        }
        boolean alone;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the pipeline is closed: build a new one");
            }
            alone = !started;
            started = true;
            closed = alone;
        }
        if (!alone) {
            return run.ask(sink, work);
        }
        try {
            return run.ask(sink, work);
        } finally {
            source.close();
            sinks.forEach((id, other) -> {
                if (!id.equals(sink)) {
                    other.close();
                }
            });
        }
    }

    /** How the pipeline stands now. */
    public PipelineStatus status() {
        return run.status();
    }

    /** Composes a pipeline. Not safe for use by several threads. */
    public static final class Builder {
        private record Destination(Sink sink, List<TablePattern> tables) {}

        private final String name;
        private final List<Transform> transforms = new ArrayList<>();
        private final Map<String, Destination> sinks = new LinkedHashMap<>();
        private final List<String> repeatedSinks = new ArrayList<>();
        private @Nullable Source source;
        private @Nullable PositionStore positionStore;
        private CommitBounds bounds = CommitBounds.standard();
        private long queueBytes = 64L << 20;
        private Duration idleAge = Duration.ofSeconds(30);
        private long idleBytes = 512L << 10;
        private Duration drainTimeout = Duration.ofSeconds(30);
        private final List<PipelineListener> listeners = new ArrayList<>();
        private RetryPolicy retry = RetryPolicy.standard();
        private BreakerPolicy breaker = BreakerPolicy.standard();
        private final Map<String, RetryPolicy> sinkRetries = new LinkedHashMap<>();
        private final Map<String, BreakerPolicy> sinkBreakers = new LinkedHashMap<>();
        private @Nullable DeadLetterStore deadLetters;
        private long deadLetterBytes = 64L << 20;
        private boolean skipUndecodable;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Sets the source. The pipeline closes it. */
        public Builder source(Source value) {
            source = Objects.requireNonNull(value, "source");
            return this;
        }

        /** Adds a transform behind those added before. */
        public Builder transform(Transform transform) {
            transforms.add(Objects.requireNonNull(transform, "transform"));
            return this;
        }

        /**
         * Adds a sink. The pipeline closes it.
         *
         * @param id the name of the sink in logs, thread names and the {@link PositionStore}; unique in the pipeline, and the same
         *     over restarts
         * @param tables the tables that go there, as the transforms name them; none for all
         */
        public Builder sink(String id, Sink sink, TablePattern... tables) {
            if (sinks.put(id, new Destination(Objects.requireNonNull(sink, "sink"), List.of(tables))) != null) {
                repeatedSinks.add(id);
            }
            return this;
        }

        /** Sets when sinks commit. Default: {@link CommitBounds#standard()}. */
        public Builder commit(CommitBounds value) {
            bounds = Objects.requireNonNull(value, "bounds");
            return this;
        }

        /** Sets the bytes of events that may wait for each sink. Default: 64 MiB. */
        public Builder queueBytes(long value) {
            queueBytes = value;
            return this;
        }

        /**
         * Sets when the watermark of a lane moves by itself where a sink gets none of its events, so that the source can forget
         * what lies behind: after this time, or when that many bytes have gone by. Default: 30 seconds, 512 KiB.
         */
        public Builder idleCommit(Duration age, long bytes) {
            idleAge = Objects.requireNonNull(age, "age");
            idleBytes = bytes;
            return this;
        }

        /** Sets where the cursors of sinks are kept whose target cannot hold them; needed as soon as there is one. */
        public Builder positionStore(PositionStore value) {
            positionStore = Objects.requireNonNull(value, "positionStore");
            return this;
        }

        /** Sets how long the pipeline may take to commit what it has read once it stops. Default: 30 seconds. */
        public Builder drainTimeout(Duration value) {
            drainTimeout = Objects.requireNonNull(value, "drainTimeout");
            return this;
        }

        /**
         * Sets how often calls of the source and of sinks are made again that failed with {@link io.cdcsdk.api.Retryable}. Default:
         * {@link RetryPolicy#standard()}.
         */
        public Builder retry(RetryPolicy value) {
            retry = Objects.requireNonNull(value, "retry");
            return this;
        }

        /** Sets how often calls of one sink are made again. */
        public Builder retry(String sink, RetryPolicy value) {
            sinkRetries.put(sink, Objects.requireNonNull(value, "retry"));
            return this;
        }

        /**
         * Sets when sinks are left alone that keep failing. Their events wait; the source is read on until a queue is full. Default:
         * {@link BreakerPolicy#standard()}.
         */
        public Builder breaker(BreakerPolicy value) {
            breaker = Objects.requireNonNull(value, "breaker");
            return this;
        }

        /** Sets when one sink is left alone. */
        public Builder breaker(String sink, BreakerPolicy value) {
            sinkBreakers.put(sink, Objects.requireNonNull(value, "breaker"));
            return this;
        }

        /**
         * Sets where events go that a transform or a sink cannot take, and those behind them of the same key. Without it, such an event
         * stops the pipeline.
         */
        public Builder deadLetters(DeadLetterStore value) {
            deadLetters = Objects.requireNonNull(value, "deadLetters");
            return this;
        }

        /**
         * Sets how many bytes of events may be set aside for each sink and not be resolved; beyond that the pipeline stops. Default:
         * 64 MiB. Memory: about 1 KB for each letter, which is twice this bound where rows are small.
         */
        public Builder deadLetterBytes(long value) {
            deadLetterBytes = value;
            return this;
        }

        /**
         * Sets records that the source cannot decode aside, in the dead letters of every sink, and reads on behind
         * them. Needs {@link #deadLetters}, and a source that declares {@link SourceCapability#SKIPS_UNDECODABLE}. The letter holds
         * the record as it stands at the origin, unless the pipeline has a {@link Mask}: what cannot be decoded cannot be masked.
         *
         * <p>Without it such a record halts its lane, as does one behind which the source cannot go on: all other lanes are
         * read on, and when they have come to their end, or the pipeline is stopped, it fails with the first such {@link
         * io.cdcsdk.api.BadRecord}; at once if no lane is left. A source without that capability fails at once.
         */
        public Builder skipUndecodable() {
            skipUndecodable = true;
            return this;
        }

        /** Adds somebody who is told what the pipeline does. */
        public Builder listener(PipelineListener value) {
            listeners.add(Objects.requireNonNull(value, "listener"));
            return this;
        }

        /**
         * Checks everything that can be checked before anything is opened, and builds the pipeline.
         *
         * @throws io.cdcsdk.api.InvalidConfiguration with every mistake: missing parts, bounds that are not positive, transforms
         *     that do not fit the source's tables, tables that a sink cannot take
         */
        public Pipeline build() {
            Configuration mistakes = Configuration.of("pipeline '" + name + "'");
            checkParts(mistakes);
            checkNumbers(mistakes);
            TransformChain chain = new TransformChain(transforms);
            Source from = source;
            PositionStore store = positionStore == null ? new InMemoryPositionStore() : positionStore;
            PipelineListener listener = Listeners.of(listeners);
            PipelineRun run = new PipelineRun(name, drainTimeout, listener);
            SinkSettings settings = new SinkSettings(
                    name, bounds, idleAge, idleBytes, store, listener, deadLetters, deadLetterBytes, chain);
            sinks.forEach((id, destination) -> run.add(worker(id, destination, settings, run)));
            if (from != null) {
                from.knownSchemas().forEach(schema -> check(schema, chain, run, mistakes));
            }
            mistakes.throwIfInvalid();
            Source checked = Objects.requireNonNull(from);
            run.read(
                    checked,
                    chain,
                    Calls.ofSource(name, retry.orStandard(), listener, run.untilStopped()),
                    deadLetters == null ? null : new StoppedEvents(chain, run.workers()),
                    undecodable());
            return new Pipeline(run, checked, sinksById(), transforms, deadLetters != null);
        }

        private UndecodablePolicy undecodable() {
            if (!skipUndecodable) {
                return UndecodablePolicy.HALT;
            }
            return transforms.stream().anyMatch(Mask.class::isInstance)
                    ? UndecodablePolicy.SKIP_WITHOUT_CONTENT
                    : UndecodablePolicy.SKIP;
        }

        private Map<String, Sink> sinksById() {
            Map<String, Sink> byId = new LinkedHashMap<>();
            sinks.forEach((id, destination) -> byId.put(id, destination.sink()));
            return byId;
        }

        private SinkWorker worker(String id, Destination destination, SinkSettings settings, PipelineRun run) {
            PipelineListener listener = settings.listener();
            RetryPolicy again = sinkRetries.getOrDefault(id, retry).orStandard();
            return new SinkWorker(
                    id,
                    destination.sink(),
                    destination.tables(),
                    settings,
                    Calls.ofSink(
                            name,
                            id,
                            again,
                            sinkBreakers.getOrDefault(id, breaker).orStandard(),
                            listener),
                    Calls.ofDeadLetters(name, id, again, listener),
                    new SinkQueue(queueBytes),
                    run::failed);
        }

        private void checkParts(Configuration mistakes) {
            if (name.isBlank()) {
                mistakes.mistake("name", "is empty; it names the pipeline in logs and stores");
            }
            if (source == null) {
                mistakes.mistake("source", "is not set");
            }
            if (sinks.isEmpty()) {
                mistakes.mistake("sink", "is not set; a pipeline needs one or more");
            }
            for (String id : repeatedSinks) {
                mistakes.mistake("sink", "there are two with the id '" + id + "'");
            }
            if (skipUndecodable && deadLetters == null) {
                mistakes.mistake("skip-undecodable", "needs dead-letters, and they are not set");
            }
            if (skipUndecodable
                    && source != null
                    && !source.capabilities().contains(SourceCapability.SKIPS_UNDECODABLE)) {
                mistakes.mistake(
                        "skip-undecodable",
                        "is set, and the source cannot go on behind a record that it cannot decode");
            }
            if (positionStore == null) {
                sinks.forEach((id, destination) -> {
                    if (!destination.sink().capabilities().contains(SinkCapability.CURSOR)) {
                        mistakes.mistake(
                                "position-store",
                                "is not set, and the target of sink '" + id + "' cannot hold a cursor");
                    }
                });
            }
        }

        private void checkNumbers(Configuration mistakes) {
            positive(mistakes, "commit-rows", bounds.rows());
            positive(mistakes, "commit-bytes", bounds.bytes());
            positive(mistakes, "commit-age", Durations.nanos(bounds.age()));
            positive(mistakes, "queue-bytes", queueBytes);
            positive(mistakes, "idle-commit-age", Durations.nanos(idleAge));
            positive(mistakes, "idle-commit-bytes", idleBytes);
            positive(mistakes, "drain-timeout", Durations.nanos(drainTimeout));
            positive(mistakes, "dead-letter-bytes", deadLetterBytes);
            retry.check(mistakes, "");
            breaker.check(mistakes, "");
            sinkRetries.forEach((id, policy) -> policy.check(mistakes, known(id, mistakes)));
            sinkBreakers.forEach((id, policy) -> policy.check(mistakes, known(id, mistakes)));
        }

        private String known(String id, Configuration mistakes) {
            if (!sinks.containsKey(id)) {
                mistakes.mistake("sink", "there is none with the id '" + id + "', for which a policy was set");
            }
            return id + ".";
        }

        private static void positive(Configuration mistakes, String key, long value) {
            if (value <= 0) {
                mistakes.mistake(key, "is not above zero");
            }
        }

        private static void check(TableSchema schema, TransformChain chain, PipelineRun run, Configuration mistakes) {
            try {
                TableSchema result = chain.schema(schema);
                for (SinkWorker worker : run.workers()) {
                    String refusal = result == null ? null : worker.refusal(result);
                    if (refusal != null) {
                        mistakes.mistake("sink", refusal);
                    }
                }
            } catch (CdcException e) {
                mistakes.mistake("transform", String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                mistakes.mistake("transform", "failed for table " + schema.table() + ": " + e);
            }
        }
    }
}
