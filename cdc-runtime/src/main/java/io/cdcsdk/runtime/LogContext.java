package io.cdcsdk.runtime;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What all log lines of a thread say while it does some work, whoever writes them: the keys {@code pipeline} and {@code sink} of the
 * MDC. Afterwards they are what they were before.
 */
final class LogContext {
    static final String PIPELINE = "pipeline";
    static final String SINK = "sink";

    private LogContext() {}

    /** Does work for a pipeline, and for no sink. */
    static void run(String pipeline, Runnable work) {
        boolean unused = call(pipeline, null, () -> {
            work.run();
            return true;
        });
    }

    /** Does work for a sink, or for none. */
    static <T> T call(String pipeline, @Nullable String sink, Supplier<T> work) {
        String formerPipeline = MDC.get(PIPELINE);
        String formerSink = MDC.get(SINK);
        put(PIPELINE, pipeline);
        put(SINK, sink);
        try {
            return work.get();
        } finally {
            put(PIPELINE, formerPipeline);
            put(SINK, formerSink);
        }
    }

    private static void put(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
