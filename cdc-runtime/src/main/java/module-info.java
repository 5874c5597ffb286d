/** The pipeline and its transforms. */
module io.cdcsdk.runtime {
    requires static org.jspecify;
    requires transitive io.cdcsdk.api;
    requires io.cdcsdk.format;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires io.github.resilience4j.retry;
    requires org.slf4j;

    exports io.cdcsdk.runtime;
    exports io.cdcsdk.runtime.deadletter;
    exports io.cdcsdk.runtime.transform;
}
