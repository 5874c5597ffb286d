package io.cdcsdk.bench;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.RetryPolicy;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.testkit.DiscardingSink;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** An hour's worth of load at once: does the heap stay where it is while calls fail and rows are bad? */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "Many new events through a pipeline whose sink fails now and then and refuses some rows; shows the heap.")
final class SoakCommand implements Runnable {
    private static final int BATCH = 4096;
    private static final int STEPS = 20;

    @Option(names = "--events", defaultValue = "50000000", description = "Events; default ${DEFAULT-VALUE}.")
    long events;

    @Option(
            names = "--failures",
            defaultValue = "0.01",
            description = "The share of calls that fail and are made again; default ${DEFAULT-VALUE}.")
    double failures;

    @Option(
            names = "--bad-rows",
            defaultValue = "0.0001",
            description = "The share of rows that the sink refuses; default ${DEFAULT-VALUE}.")
    double badRows;

    /** Fails now and then, and refuses some rows. */
    private final class Flaky implements Sink {
        private final Sink sink;
        private final Random random = new Random(42);
        private final long every = Math.round(1 / badRows);

        Flaky(Sink sink) {
            this.sink = sink;
        }

        private void failNowAndThen() {
            if (random.nextDouble() < failures) {
                throw new Retryable("a failure now and then");
            }
        }

        @Override
        public Set<SinkCapability> capabilities() {
            return sink.capabilities();
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
            failNowAndThen();
            for (ChangeEvent event : batch.events()) {
                if (event.position().offset() % every == 0) {
                    throw new BadRecord("the row at " + event.position() + " is refused");
                }
            }
            sink.write(batch);
        }

        @Override
        public void commit(Commit commit) {
            failNowAndThen();
            sink.commit(commit);
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    /** Counts what is committed, and what is made again. */
    private static final class Progress implements PipelineListener {
        private final AtomicLong retries = new AtomicLong();
        private final AtomicLong committed = new AtomicLong();

        @Override
        public void retried(Retried retried) {
            retries.incrementAndGet();
        }

        @Override
        public void committed(Committed commit) {
            committed.addAndGet(commit.rows());
        }
    }

    private static long oldGeneration() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP && pool.getName().contains("Old") && usage != null) {
                used += usage.getUsed();
            }
        }
        return used;
    }

    @Override
    public void run() {
        try {
            Path directory = Files.createTempDirectory("soak");
            try {
                soak(directory, System.out);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the dead letters need a directory: " + e, e);
        }
    }

    private void soak(Path directory, PrintStream out) {
        Progress progress = new Progress();
        try (Pipeline pipeline = Pipeline.builder("soak")
                .source(new FreshEvents(events, BATCH))
                .sink("flaky", new Flaky(new DiscardingSink()))
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(10)))
                .deadLetters(FileDeadLetterStore.builder().directory(directory).build())
                .listener(progress)
                .build()) {
            long start = System.nanoTime();
            pipeline.start();
            long step = Math.max(1, events / STEPS);
            for (long next = step; next < events; next += step) {
                while (progress.committed.get() < next && pipeline.status().phase() == PipelineStatus.Phase.RUNNING) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
                if (pipeline.status().phase() == PipelineStatus.Phase.RUNNING) {
                    report(pipeline, progress, start, out);
                }
            }
            pipeline.await();
            out.printf(Locale.ROOT, "%,d events written%n", progress.committed.get());
        }
    }

    /** Shows the heap with the letters there are, drops them as somebody would, and shows it again. */
    private static void report(Pipeline pipeline, Progress progress, long start, PrintStream out) {
        double seconds = (System.nanoTime() - start) / 1e9;
        long done = progress.committed.get();
        PipelineStatus.SinkStatus status = pipeline.status().sinks().get(0);
        System.gc();
        long before = oldGeneration();
        long dropped = pipeline.dropDeadLetters("flaky", DeadLetterFilter.all());
        System.gc();
        out.printf(
                Locale.ROOT,
                "%,12d events %,11.0f/s %,8d retries %,7d letters of %,6d keys; old generation: %,6d KB,"
                        + " %,6d KB when %,d letters are dropped%n",
                done,
                done / seconds,
                progress.retries.get(),
                status.deadLetters(),
                status.parkedKeys(),
                before >> 10,
                oldGeneration() >> 10,
                dropped);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
