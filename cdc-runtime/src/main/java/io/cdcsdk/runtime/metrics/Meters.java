package io.cdcsdk.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Registers meters, and removes all of them again. */
final class Meters {
    private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

    private final MeterRegistry registry;
    private final List<Meter> registered = new ArrayList<>();
    /** Registries hold what counts weakly. */
    private final List<DoubleSupplier> counts = new ArrayList<>();

    private boolean closed;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A constant as the value of a tag: {@code half-open}. */
    static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Counter counter(String name, @Nullable String unit, Tags tags) {
        return kept(Counter.builder(name).baseUnit(unit).tags(tags).register(registry));
    }

    /** One counter for each value of a tag, at the index of the value. */
    <T> Counter[] counters(
            String name, @Nullable String unit, Tags tags, String key, T[] values, Function<T, String> text) {
        Counter[] counters = new Counter[values.length];
        for (int i = 0; i < values.length; i++) {
            counters[i] = counter(name, unit, tags.and(key, text.apply(values[i])));
        }
        return counters;
    }

    void functionCounter(String name, @Nullable String unit, Tags tags, DoubleSupplier count) {
        synchronized (this) {
            counts.add(count);
        }
        kept(FunctionCounter.builder(name, count, DoubleSupplier::getAsDouble)
                .baseUnit(unit)
                .tags(tags)
                .register(registry));
    }

    void gauge(String name, @Nullable String unit, Tags tags, DoubleSupplier value) {
        kept(Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .baseUnit(unit)
                .tags(tags)
                .register(registry));
    }

    Timer timer(String name, Tags tags) {
        return kept(
                Timer.builder(name).publishPercentiles(PERCENTILES).tags(tags).register(registry));
    }

    private synchronized <M extends Meter> M kept(M meter) {
        if (closed) {
            registry.remove(meter);
        } else {
            registered.add(meter);
        }
        return meter;
    }

    synchronized void removeAll() {
        closed = true;
        registered.forEach(registry::remove);
        registered.clear();
    }
}
