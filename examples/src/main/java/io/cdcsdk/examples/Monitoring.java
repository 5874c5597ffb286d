package io.cdcsdk.examples;

import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.http.MonitoringServer;
import io.cdcsdk.runtime.metrics.PipelineMetrics;
import io.cdcsdk.source.dms.DmsFileSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;

/** Metrics and health of a pipeline, over HTTP. */
final class Monitoring {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PipelineMetrics metrics;

    private Monitoring(String pipeline, DmsFileSource source) {
        metrics = PipelineMetrics.builder(pipeline, registry)
                .source("dms", source)
                .build();
    }

    /** Lets metrics listen to a pipeline that is going to be built. */
    static Monitoring of(String name, DmsFileSource source, Pipeline.Builder pipeline) {
        Monitoring monitoring = new Monitoring(name, source);
        pipeline.listener(monitoring.metrics);
        return monitoring;
    }

    /** Serves on this machine alone until the server is closed, and says where; 0 is any free port. */
    MonitoringServer serve(Pipeline pipeline, int port, PrintWriter out) {
        metrics.observe(pipeline::status);
        MonitoringServer server = MonitoringServer.builder()
                .port(port)
                .metrics(registry::scrape)
                .health(HealthCheck.of(pipeline::status)::check)
                .start();
        out.println("Monitoring at http://localhost:" + server.port() + "/metrics, /health and /ready");
        return server;
    }
}
