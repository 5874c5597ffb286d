package io.cdcsdk.examples;

import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.http.MonitoringServer;
import io.cdcsdk.runtime.metrics.PipelineMetrics;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.source.dms.DmsFileSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;

/** Metrics and health of a pipeline, over HTTP. */
final class Monitoring {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PipelineMetrics metrics;

    private Monitoring(String pipeline, DmsFileSource source, Validate... rules) {
        metrics = PipelineMetrics.builder(pipeline, registry)
                .source("dms", source)
                .validation(rules)
                .build();
    }

    /** Lets metrics listen to a pipeline that is going to be built, and count how often its rules are broken. */
    static Monitoring of(String name, DmsFileSource source, Pipeline.Builder pipeline, Validate... rules) {
        Monitoring monitoring = new Monitoring(name, source, rules);
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
