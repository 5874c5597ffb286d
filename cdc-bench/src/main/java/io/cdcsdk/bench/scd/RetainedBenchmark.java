package io.cdcsdk.bench.scd;

import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** The heap that a history keeps, rows and all, once its input is gone. Its time means nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xms6g", "-Xmx6g", "-XX:+UseParallelGC"})
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class RetainedBenchmark {
    /** How the history is built. */
    @Param({"NAIVE", "TYPED_SORTED", "ENGINE"})
    public FullBuildBenchmark.Variant variant;

    /** How many keys the changes are drawn from. */
    @Param({"100000", "1000000"})
    public int keys;

    private FullBuild peer;
    private int changes;

    /** JMH creates it. */
    public RetainedBenchmark() {}

    /** Makes the changes; weighing lets them go. */
    @Setup(Level.Iteration)
    public void load() {
        changes = keys <= 100_000 ? keys * 10 : keys * 4;
        peer = variant.create();
        peer.load(new ChangeStream(keys, ChangeStream.Choice.ZIPF, ChangeMix.STANDARD, 42), changes);
    }

    /** Builds the history, and weighs it. */
    @Benchmark
    public void retained(Measured measured) {
        measured.start();
        peer.build();
        measured.stop(changes);
        peer.forgetInput();
        long with = Measured.usedHeap();
        peer.forgetHistory();
        measured.retainedBytes = with - Measured.usedHeap();
    }
}
