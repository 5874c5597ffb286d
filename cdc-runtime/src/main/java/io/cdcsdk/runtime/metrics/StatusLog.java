package io.cdcsdk.runtime.metrics;

import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.runtime.PipelineStatus.SinkStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs at INFO, at an interval, one line about a pipeline, as key-values: {@code pipeline}, {@code phase}, {@code eventsIn} and
 * {@code eventsOut} (each second since the last line), {@code lagSeconds} (of the sink that is furthest behind), {@code
 * queuedBytes} (of all sinks), {@code breaker} (the worst of all), {@code deadLetters} (not resolved) and {@code
 * lastCommitSeconds} (how long ago the sink committed that has not for the longest time). What is not known is left out. All
 * methods may be called from any thread.
 */
public final class StatusLog implements AutoCloseable {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PipelineMetrics metrics;
    private final Logger logger;
    private final Repeating repeating;
    private long lastTime;
    private long lastRead;
    private long lastWritten;

    private StatusLog(PipelineMetrics metrics, Duration interval, Logger logger) {
        this.metrics = metrics;
        this.logger = logger;
        this.lastTime = metrics.clock().monotonicTime();
        this.lastRead = metrics.eventsRead();
        this.lastWritten = metrics.eventsWritten();
        this.repeating = new Repeating("cdc-" + metrics.pipeline() + "-status", interval, this::log);
    }

    /**
     * Starts to log, on a daemon thread.
     *
     * @param metrics of the pipeline
     * @param interval between two lines, and before the first
     * @throws IllegalArgumentException if the interval is not above zero
     */
    public static StatusLog start(PipelineMetrics metrics, Duration interval) {
        return start(metrics, interval, LoggerFactory.getLogger(StatusLog.class));
    }

    static StatusLog start(PipelineMetrics metrics, Duration interval, Logger logger) {
        return new StatusLog(metrics, interval, logger);
    }

    /** Logs a line now. */
    synchronized void log() {
        long now = metrics.clock().monotonicTime();
        long read = metrics.eventsRead();
        long written = metrics.eventsWritten();
        double seconds = (now - lastTime) / NANOS;
        LoggingEventBuilder line = logger.atInfo().addKeyValue("pipeline", metrics.pipeline());
        PipelineStatus status = metrics.status();
        if (status != null) {
            line = line.addKeyValue("phase", Meters.text(status.phase()));
        }
        if (seconds > 0) {
            line = line.addKeyValue("eventsIn", Math.round((read - lastRead) / seconds))
                    .addKeyValue("eventsOut", Math.round((written - lastWritten) / seconds));
        }
        line = addSeconds(line, "lagSeconds", metrics.lag());
        if (status != null) {
            line = addSinks(line, status);
        }
        line.log("status");
        lastTime = now;
        lastRead = read;
        lastWritten = written;
    }

    private LoggingEventBuilder addSinks(LoggingEventBuilder line, PipelineStatus status) {
        long queued = 0;
        long letters = 0;
        double age = Double.NaN;
        Breaker worst = Breaker.CLOSED;
        for (SinkStatus sink : status.sinks()) {
            queued += sink.queuedBytes();
            letters += sink.deadLetters();
            double own = Ages.of(sink.sinceLastCommit());
            age = Double.isNaN(age) ? own : Math.max(age, Double.isNaN(own) ? age : own);
            if (worst != Breaker.OPEN && sink.breaker() != Breaker.CLOSED) {
                worst = sink.breaker();
            }
        }
        return addSeconds(
                line.addKeyValue("queuedBytes", queued)
                        .addKeyValue("breaker", Meters.text(worst))
                        .addKeyValue("deadLetters", letters),
                "lastCommitSeconds",
                age);
    }

    private static LoggingEventBuilder addSeconds(LoggingEventBuilder line, String key, double seconds) {
        return Double.isNaN(seconds) ? line : line.addKeyValue(key, Math.round(seconds));
    }

    /** Logs a last line, and stops. */
    @Override
    public void close() {
        repeating.close();
        log();
    }
}
