package io.cdcsdk.examples;

import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.http.MonitoringServer;
import io.cdcsdk.runtime.metrics.PipelineMetrics;
import io.cdcsdk.runtime.metrics.StatusLog;
import io.cdcsdk.sink.file.FileSink;
import io.cdcsdk.source.dms.DmsFileSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;

/** A pipeline that can be watched; the README shows its region. */
final class Monitored {
    private Monitored() {}

    /**
     * Consolidates the files that a source reads, and shows how it goes.
     *
     * @param port for HTTP, 0 for any
     * @return the metrics at the end
     */
    @SuppressWarnings("try")
    static String run(DmsFileSource source, Path output, int port) {
        // tag::monitoring[]
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PipelineMetrics metrics = PipelineMetrics.builder("people", registry)
                .source("dms", source)
                .build();
        Pipeline pipeline = Pipeline.builder("people")
                .source(source)
                .sink("files", FileSink.builder().directory(output).build())
                .listener(metrics)
                .build();
        metrics.observe(pipeline::status);

        try (StatusLog line = StatusLog.start(metrics, Duration.ofMinutes(1));
                MonitoringServer server = MonitoringServer.builder() // on localhost: /metrics, /health, /ready
                        .port(port)
                        .metrics(registry::scrape)
                        .health(HealthCheck.of(pipeline::status)::check)
                        .start()) {
            pipeline.stopOnTermination().run();
        }
        // end::monitoring[]
        return registry.scrape();
    }
}
