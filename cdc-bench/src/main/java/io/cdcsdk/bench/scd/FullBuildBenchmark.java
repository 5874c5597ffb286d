package io.cdcsdk.bench.scd;

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

/** A whole history of changes that lie in memory. One thread; every variant in a JVM of its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms6g", "-Xmx6g", "-Xmn3g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 1) // the set-up of the trial warms up with the small size, this with the size itself
@Measurement(iterations = 3)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class FullBuildBenchmark {
    private static final int WARM_UP_BUILDS = 12;
    private static final int WARM_UP_KEYS = 100_000;

    /** How the history is built. */
    public enum Variant {
        NAIVE(GenericFullBuild::new),
        TYPED_SORTED(() -> new NaiveFullBuild(NaiveFullBuild.Late.SORTED)),
        TYPED_ONE_MAP(CarefulFullBuild::new),
        TYPED_LATE_DROPPED(() -> new NaiveFullBuild(NaiveFullBuild.Late.DROPPED)),
        DUCKDB(DuckFullBuild::new),
        ENGINE(EngineFullBuild::new),
        ENGINE_AGAIN(EngineFullBuild::new);

        private final Supplier<FullBuild> constructor;

        Variant(Supplier<FullBuild> constructor) {
            this.constructor = constructor;
        }

        FullBuild create() {
            return constructor.get();
        }
    }

    /** How the history is built. */
    @Param({"NAIVE", "TYPED_SORTED", "DUCKDB", "ENGINE", "ENGINE_AGAIN"})
    public Variant variant;

    /** How many keys the changes are drawn from. */
    @Param({"100000", "1000000"})
    public int keys;

    private FullBuild peer;
    private int changes;
    private long right;

    /** JMH creates it. */
    public FullBuildBenchmark() {}

    /** Warms up with builds of the small size. */
    @Setup(Level.Trial)
    public void warmUp() {
        changes = keys <= 100_000 ? keys * 10 : keys * 4;
        peer = variant.create();
        for (int i = 0; i < WARM_UP_BUILDS; i++) {
            peer.forgetHistory();
            peer.load(newStream(WARM_UP_KEYS), 10 * WARM_UP_KEYS);
            peer.build();
        }
    }

    private static ChangeStream newStream(int keys) {
        return new ChangeStream(keys, ChangeStream.Choice.ZIPF, ChangeMix.STANDARD, 42);
    }

    /**
     * Makes the changes anew: strings that were hashed once know their hash, and those that come from a decoder do not. Every build
     * starts with a heap without the garbage of the one before, and with changes that lie in memory as they were made: a collection in
     * between would scatter them, which those that come from a decoder are not.
     */
    @Setup(Level.Iteration)
    public void load() {
        peer.forgetHistory();
        peer.forgetInput();
        System.gc();
        ChangeStream stream = newStream(keys);
        peer.load(stream, changes);
        right = stream.versions();
        System.gc();
    }

    /** Builds the history. */
    @Benchmark
    public void build(Measured measured) {
        measured.start();
        peer.build();
        measured.stop(changes);
    }

    /** Makes sure of the variant, whose last history must be right, and ends it. */
    @TearDown(Level.Trial)
    public void close() {
        long versions = peer.versions();
        if (variant != Variant.TYPED_LATE_DROPPED && versions != right) {
            throw new IllegalStateException(variant + " made " + versions + " versions, and " + right + " are right");
        }
        peer.close();
    }
}
