package io.cdcsdk.bench.scd;

import io.cdcsdk.scd.InMemoryHistory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One batch after the other into a history of a million keys; every batch is new and made before its measurement. The lateness is
 * ten minutes, which are about 600,000 changes: the window is full from the start, and as much leaves it as comes in.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms10g", "-Xmx10g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 25)
@Measurement(iterations = 12)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class MicroBatchBenchmark {
    private static final int KEYS = 1_000_000;
    private static final int LOAD = 100_000;
    private static final Duration LATENESS = Duration.ofMinutes(10);

    /** What keeps the history. */
    public enum Variant {
        NAIVE(GenericMicroBatches::new),
        TYPED(NaiveMicroBatches::new),
        DUCKDB(DuckMicroBatches::new),
        ENGINE(() -> new EngineHistory(new InMemoryHistory().newSession(), LATENESS)),
        ENGINE_AGAIN(() -> new EngineHistory(new InMemoryHistory().newSession(), LATENESS));

        private final Supplier<MicroBatches> constructor;

        Variant(Supplier<MicroBatches> constructor) {
            this.constructor = constructor;
        }
    }

    /** What keeps the history. */
    @Param
    public Variant variant;

    /** How many versions the history has before the first batch. */
    @Param("1000000")
    public int history;

    /** How many changes a batch has. */
    @Param("50000")
    public int batch;

    private MicroBatches peer;
    private ChangeStream stream;

    /** JMH creates it. */
    public MicroBatchBenchmark() {}

    /** Makes the history: all keys are inserted, then changed until there are as many versions as asked for. */
    @Setup(Level.Trial)
    public void load() {
        peer = variant.constructor.get();
        stream = new ChangeStream(KEYS, ChangeStream.Choice.ZIPF, ChangeMix.STANDARD, 42);
        for (int from = 0; from < KEYS; from += LOAD) {
            int first = from;
            peer.stage(target -> stream.insertAll(first, first + LOAD, target));
            peer.apply();
        }
        while (stream.versions() < history) {
            stage(LOAD);
            peer.apply();
        }
        check();
    }

    /** Makes the next batch. */
    @Setup(Level.Iteration)
    public void stage() {
        stage(batch);
    }

    private void stage(int changes) {
        peer.stage(target -> stream.next(changes, target));
    }

    /** Applies one batch. */
    @Benchmark
    public void apply(Measured measured) {
        measured.start();
        peer.apply();
        measured.stop(batch);
    }

    /** Ends the peer. */
    @TearDown(Level.Trial)
    public void close() {
        check();
        peer.close();
    }

    /** What is held back, and the peers' inexactness, makes a difference of a few changes in a thousand. */
    private void check() {
        long versions = peer.versions();
        if (Math.abs(versions - stream.versions()) > stream.versions() / 100) {
            throw new IllegalStateException(
                    variant + " has " + versions + " versions, and about " + stream.versions() + " are right");
        }
    }
}
