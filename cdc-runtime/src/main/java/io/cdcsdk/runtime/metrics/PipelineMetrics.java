package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Source;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.transform.Validate;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures a pipeline in a Micrometer registry. The metrics are those of {@code docs/metrics.md}: {@code cdc.*}, with the tags
 * {@code pipeline}, {@code source} or {@code sink}, and {@code operation}, {@code category}, {@code state}, {@code phase} or
 * {@code resolution}, all of which have few values that the pipeline's configuration bounds; the rules of a validation have what
 * {@link Validate.RuleCount} holds. No tag holds a value of a row or the message of an exception.
 *
 * <pre>{@code
 * PipelineMetrics metrics = PipelineMetrics.builder("people", registry).source("dms", source).build();
 * Pipeline pipeline = Pipeline.builder("people").source(source).listener(metrics)...build();
 * metrics.observe(pipeline::status);
 * }</pre>
 *
 * <p>A batch of events costs one pass over them and a few additions; nothing is looked up or allocated for an event. Gauges ask
 * for the status when the registry is read, on the thread that reads it.
 *
 * <p>A registry holds the metrics of any number of pipelines of different names. Close those of a pipeline that has ended before
 * another of the same name is measured in the same registry. All methods may be called from any thread.
 */
public final class PipelineMetrics implements PipelineListener, AutoCloseable {
    private final String pipeline;
    private final Clock clock;
    private final Tags tags;
    private final Meters meters;
    private final Ages ages;
    private final LatestStatus latest;
    private final SourceMeters source;
    private final Counter[] errors;
    private volatile SinkMeters[] sinks = {};

    private PipelineMetrics(Builder builder) {
        pipeline = builder.pipeline;
        clock = builder.registry.config().clock();
        tags = Tags.of("pipeline", pipeline);
        meters = new Meters(builder.registry);
        ages = new Ages(clock);
        latest = new LatestStatus(clock);
        source = new SourceMeters(meters, tags.and("source", builder.sourceName), ages, latest, builder.backlog);
        errors = meters.counters("cdc.errors", "errors", tags, "category", ErrorCategory.values(), ErrorCategory::text);
        for (PipelineStatus.Phase phase : PipelineStatus.Phase.values()) {
            meters.gauge("cdc.pipeline.phase", null, tags.and("phase", Meters.text(phase)), () -> isIn(phase));
        }
        countRules(builder.validations);
    }

    /** One counter for all rules that have the same tags. */
    private void countRules(List<Validate> validations) {
        Map<Tags, List<DoubleSupplier>> counts = new LinkedHashMap<>();
        for (Validate validation : validations) {
            List<Validate.RuleCount> rules = validation.counts();
            for (int i = 0; i < rules.size(); i++) {
                int index = i;
                counts.computeIfAbsent(tags(rules.get(i)), none -> new ArrayList<>())
                        .add(() -> validation.counts().get(index).broken());
            }
        }
        counts.forEach((rule, all) -> meters.functionCounter(
                "cdc.validation.failures",
                null,
                tags.and(rule),
                () -> all.stream().mapToDouble(DoubleSupplier::getAsDouble).sum()));
    }

    private static Tags tags(Validate.RuleCount rule) {
        String column = rule.column();
        return Tags.of(
                "tables",
                rule.tables().toString(),
                "column",
                column == null ? "" : column,
                "rule",
                rule.rule(),
                "action",
                Meters.text(rule.action()));
    }

    /**
     * Starts to measure.
     *
     * @param pipeline the pipeline's name, for the tag
     * @param registry where the metrics are kept; its clock tells ages
     */
    public static Builder builder(String pipeline, MeterRegistry registry) {
        return new Builder(pipeline, registry);
    }

    /** Sets where the pipeline's status comes from, and registers the metrics of its sinks. */
    public PipelineMetrics observe(Supplier<PipelineStatus> status) {
        latest.observe(Objects.requireNonNull(status, "status"));
        status.get().sinks().forEach(sink -> sink(sink.id()));
        return this;
    }

    /** Removes the metrics from the registry; what the pipeline still tells is forgotten. */
    @Override
    public void close() {
        meters.removeAll();
    }

    private double isIn(PipelineStatus.Phase phase) {
        PipelineStatus status = latest.get();
        return status == null ? Double.NaN : status.phase() == phase ? 1 : 0;
    }

    private SinkMeters sink(String id) {
        for (SinkMeters sink : sinks) {
            if (sink.id().equals(id)) {
                return sink;
            }
        }
        return addSink(id);
    }

    private synchronized SinkMeters addSink(String id) {
        SinkMeters[] known = sinks;
        for (SinkMeters sink : known) {
            if (sink.id().equals(id)) {
                return sink;
            }
        }
        SinkMeters added = new SinkMeters(id, meters, tags, clock, ages, latest);
        SinkMeters[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = added;
        sinks = more;
        return added;
    }

    @Override
    public void read(EventBatch batch) {
        source.read(batch);
    }

    @Override
    public void written(String sink, EventBatch batch) {
        sink(sink).written(batch);
    }

    @Override
    public void retried(Retried retried) {
        String sink = retried.sink();
        ErrorCategory place = sink == null ? ErrorCategory.SOURCE : ErrorCategory.SINK;
        if (sink == null) {
            source.retried();
        } else {
            sink(sink).retried();
        }
        ErrorCategory told = retried.cause() instanceof BadRecord record ? record.category() : null;
        errors[(told == null ? place : told).ordinal()].increment();
    }

    @Override
    public void failed(Failed failed) {
        errors[failed.category().ordinal()].increment();
    }

    @Override
    public void breakerChanged(String sink, PipelineStatus.Breaker now) {
        sink(sink).breakerChanged(now);
    }

    @Override
    public void setAside(String sink, List<DeadLetterRecord.Letter> letters) {
        SinkMeters to = sink(sink);
        for (DeadLetterRecord.Letter letter : letters) {
            DeadLetterRecord.Fault fault = letter.fault();
            if (fault == null) {
                to.setAsideBehind();
            } else {
                to.failed(fault.category());
                errors[fault.category().ordinal()].increment();
            }
        }
    }

    @Override
    public void resolved(String sink, DeadLetterRecord.Resolved resolved) {
        sink(sink).resolved(resolved);
    }

    @Override
    public void committed(Committed committed) {
        sink(committed.sink()).committed(committed);
    }

    String pipeline() {
        return pipeline;
    }

    Clock clock() {
        return clock;
    }

    @Nullable
    PipelineStatus status() {
        return latest.get();
    }

    long eventsRead() {
        return source.events();
    }

    long eventsWritten() {
        long written = 0;
        for (SinkMeters sink : sinks) {
            written += sink.events();
        }
        return written;
    }

    /** In seconds: of the sink that is furthest behind, or of the source before any has committed; NaN while unknown. */
    double lag() {
        double most = Double.NaN;
        for (SinkMeters sink : sinks) {
            double lag = sink.lag();
            if (!(lag <= most)) {
                most = Double.isNaN(lag) ? most : lag;
            }
        }
        return Double.isNaN(most) ? source.lag() : most;
    }

    /** Composes what is measured. Not safe for use by several threads. */
    public static final class Builder {
        private final String pipeline;
        private final MeterRegistry registry;
        private String sourceName = "source";
        private Supplier<@Nullable Backlog> backlog = () -> null;
        private final List<Validate> validations = new ArrayList<>();

        private Builder(String pipeline, MeterRegistry registry) {
            this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /** Names the source for the tag (default: {@code source}), and asks it for its backlog. */
        public Builder source(String name, Source source) {
            sourceName = Objects.requireNonNull(name, "name");
            backlog = Objects.requireNonNull(source, "source")::backlog;
            return this;
        }

        /** Counts how often the rules of these validations are broken, which are transforms of the pipeline. */
        public Builder validation(Validate... more) {
            validations.addAll(List.of(more));
            return this;
        }

        /**
         * Registers the metrics.
         *
         * @throws io.cdcsdk.api.InvalidConfiguration if the name of the pipeline or of the source is blank
         */
        public PipelineMetrics build() {
            Configuration mistakes = Configuration.of("metrics of pipeline '" + pipeline + "'");
            if (pipeline.isBlank()) {
                mistakes.mistake("pipeline", "is empty; it is the tag of all metrics");
            }
            if (sourceName.isBlank()) {
                mistakes.mistake("source", "is empty; it is the tag of the source's metrics");
            }
            mistakes.throwIfInvalid();
            return new PipelineMetrics(this);
        }
    }
}
