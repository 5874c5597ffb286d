package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    @TempDir
    private Path directory;

    private static void eventually(Path file, String content) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Files.exists(file) || !Files.readString(file).contains(content)) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void writesAllMeters() throws IOException {
        Counter.builder("cdc.test.events")
                .baseUnit("events")
                .tag("pipeline", "a \"quoted\" name")
                .register(registry)
                .increment(12);
        Gauge.builder("cdc.test.gauge", () -> Double.NaN).register(registry);
        Timer timer = Timer.builder("cdc.test.timer").publishPercentiles(0.5).register(registry);
        timer.record(Duration.ofMillis(500));
        Path file = directory.resolve("new").resolve("metrics.json");
        MetricsFile metrics = MetricsFile.start(registry, file, Duration.ofDays(1));
        metrics.write();

        assertThat(Files.readString(file))
                .startsWith("{\"time\":\"1970-01-01T00:00:00.001Z\",\"metrics\":["
                        + "{\"name\":\"cdc.test.events\",\"type\":\"counter\",\"unit\":\"events\","
                        + "\"tags\":{\"pipeline\":\"a \\\"quoted\\\" name\"},\"values\":{\"count\":12.0}},"
                        + "{\"name\":\"cdc.test.gauge\",\"type\":\"gauge\",\"tags\":{},\"values\":{\"value\":null}},"
                        + "{\"name\":\"cdc.test.timer\",\"type\":\"timer\",\"unit\":\"seconds\",\"tags\":{},"
                        + "\"values\":{\"count\":1.0,\"total\":0.5,\"max\":0.5},\"percentiles\":{\"0.5\":0.4")
                .endsWith("}}]}\n");
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            assertThat(json.nextToken()).isNotNull();
            json.skipChildren();
            assertThat(json.nextToken()).as("behind the end").isNull();
        }
        assertThat(file.resolveSibling("metrics.json.tmp")).doesNotExist();
        metrics.close();
    }

    @Test
    void writesAtAnIntervalAndAtTheEnd() throws IOException {
        Counter counter = registry.counter("cdc.test");
        Path file = directory.resolve("metrics.json");
        try (MetricsFile metrics = MetricsFile.start(registry, file, Duration.ofMillis(10))) {
            assertThat(metrics).isNotNull();
            eventually(file, "\"count\":0.0");
            counter.increment();
            eventually(file, "\"count\":1.0");
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("cdc-metrics-file"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
        MetricsFile rare = MetricsFile.start(registry, file, Duration.ofDays(1));
        counter.increment();
        rare.close();
        assertThat(file).content().contains("\"count\":2.0");
    }

    @Test
    void goesOnAfterAFailure() throws IOException {
        Path occupied = Files.writeString(directory.resolve("occupied"), "a file");
        Path file = occupied.resolve("metrics.json");
        try (MetricsFile metrics = MetricsFile.start(registry, file, Duration.ofMillis(10))) {
            assertThatThrownBy(metrics::write)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(file.toString());
            Files.delete(occupied);
            eventually(file, "metrics");
        }
    }
}
