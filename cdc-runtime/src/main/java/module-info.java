/**
 * The pipeline, its transforms, metrics and health.
 *
 * <p>{@code jdk.httpserver} is needed by {@code io.cdcsdk.runtime.http} alone, so that it is required statically: it is part of every
 * full JDK, and a trimmed run-time image without it runs everything else.
 */
module io.cdcsdk.runtime {
    requires static jdk.httpserver;
    requires static org.jspecify;
    requires transitive io.cdcsdk.api;
    requires transitive micrometer.core;
    requires com.fasterxml.jackson.core;
    requires io.cdcsdk.format;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires org.slf4j;

    exports io.cdcsdk.runtime;
    exports io.cdcsdk.runtime.deadletter;
    exports io.cdcsdk.runtime.health;
    exports io.cdcsdk.runtime.http;
    exports io.cdcsdk.runtime.metrics;
    exports io.cdcsdk.runtime.transform;
}
