package io.cdcsdk.runtime.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSupport;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all meters of a registry as JSON to a file, at an interval. The file is written beside the old one, fsynced and moved
 * over it, so that a reader sees one or the other and never a part.
 *
 * <pre>{@code
 * {"time":"2026-01-01T00:00:00Z","metrics":[
 *   {"name":"cdc.sink.commit","type":"timer","unit":"seconds","tags":{"pipeline":"people","sink":"files"},
 *    "values":{"count":12.0,"total":0.31,"max":0.05},"percentiles":{"0.5":0.02,"0.95":0.04,"0.99":0.05}}]}
 * }</pre>
 *
 * <p>Times are in the registry's base unit, which the unit tells. What is not a number is null. A file that cannot be written is
 * told to the log, and tried again at the next interval. All methods may be called from any thread.
 */
public final class MetricsFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsFile.class);
    private static final JsonFactory JSON = new JsonFactory();

    private final MeterRegistry registry;
    private final Path file;
    private final Repeating repeating;

    private MetricsFile(MeterRegistry registry, Path file, Duration interval) {
        this.registry = registry;
        this.file = file.toAbsolutePath();
        this.repeating = new Repeating("cdc-metrics-file", interval, this::writeOrWarn);
    }

    /**
     * Starts to write, on a daemon thread.
     *
     * @param registry whose meters are written
     * @param file the file; its directory is created when it is first written
     * @param interval between two files, and before the first
     * @throws IllegalArgumentException if the interval is not above zero
     */
    public static MetricsFile start(MeterRegistry registry, Path file, Duration interval) {
        return new MetricsFile(registry, file, interval);
    }

    private void writeOrWarn() {
        try {
            write();
        } catch (UncheckedIOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .setCause(e)
                    .log("the metrics could not be written, and will be tried again");
        }
    }

    /**
     * Writes the file now.
     *
     * @throws UncheckedIOException if that fails; the old file is as it was
     */
    public synchronized void write() {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Path directory = file.getParent();
            if (directory != null && !Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
            try (FileChannel channel = FileChannel.open(temporary, CREATE, WRITE, TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(json());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write metrics to " + file + ": " + e, e);
        }
    }

    private byte[] json() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField(
                    "time",
                    Instant.ofEpochMilli(registry.config().clock().wallTime()).toString());
            json.writeArrayFieldStart("metrics");
            for (Meter meter : sorted(registry.getMeters())) {
                append(json, meter);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        bytes.writeBytes("\n".getBytes(UTF_8));
        return bytes.toByteArray();
    }

    /** Gauges that a registry makes of percentiles are left out: these stand with their timer. */
    private static List<Meter> sorted(List<Meter> meters) {
        return meters.stream()
                .filter(meter -> meter.getId().syntheticAssociation() == null)
                .sorted(Comparator.comparing((Meter meter) -> meter.getId().getName())
                        .thenComparing(meter -> meter.getId().getTags().toString()))
                .toList();
    }

    private static void append(JsonGenerator json, Meter meter) throws IOException {
        Meter.Id id = meter.getId();
        json.writeStartObject();
        json.writeStringField("name", id.getName());
        json.writeStringField("type", id.getType().name().toLowerCase(Locale.ROOT));
        String unit = id.getBaseUnit();
        if (unit != null) {
            json.writeStringField("unit", unit);
        }
        json.writeObjectFieldStart("tags");
        for (Tag tag : id.getTags()) {
            json.writeStringField(tag.getKey(), tag.getValue());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("values");
        for (Measurement measurement : meter.measure()) {
            json.writeFieldName(measurement.getStatistic().getTagValueRepresentation());
            number(json, measurement.getValue());
        }
        json.writeEndObject();
        if (meter instanceof HistogramSupport histogram) {
            percentiles(json, histogram, unitOf(meter));
        }
        json.writeEndObject();
    }

    /** Percentiles of timers come in nanoseconds unless a unit is asked for. */
    private static @Nullable TimeUnit unitOf(Meter meter) {
        return meter instanceof Timer timer ? timer.baseTimeUnit() : null;
    }

    private static void percentiles(JsonGenerator json, HistogramSupport histogram, @Nullable TimeUnit unit)
            throws IOException {
        ValueAtPercentile[] values = histogram.takeSnapshot().percentileValues();
        if (values.length == 0) {
            return;
        }
        json.writeObjectFieldStart("percentiles");
        for (ValueAtPercentile value : values) {
            json.writeFieldName(Double.toString(value.percentile()));
            number(json, unit == null ? value.value() : value.value(unit));
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    /** Writes a last file, and stops. */
    @Override
    public void close() {
        repeating.close();
        writeOrWarn();
    }
}
