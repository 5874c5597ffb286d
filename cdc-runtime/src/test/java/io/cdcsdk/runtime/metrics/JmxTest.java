package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.testkit.EventScript;
import io.micrometer.core.instrument.Clock;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class JmxTest {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("public", "person"))
            .key("id", LogicalType.INT64)
            .build();

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private Object attribute(String type, String name, String attribute) throws JMException {
        return server.getAttribute(new ObjectName("metrics:name=" + name + ",type=" + type), attribute);
    }

    @Test
    void showsCountersAndGauges() throws JMException {
        JmxMeterRegistry registry = new JmxMeterRegistry(JmxConfig.DEFAULT, Clock.SYSTEM);
        try (PipelineMetrics metrics =
                PipelineMetrics.builder("people", registry).build()) {
            metrics.observe(() -> Statuses.of(Duration.ZERO, Statuses.sink("files", Breaker.CLOSED, Duration.ZERO)));
            metrics.read(EventBatch.of(
                    "lane",
                    EventScript.create().insert(Row.of(PERSON, 1L)).take(),
                    Position.of(1),
                    100,
                    EventBatch.Boundary.TRANSACTION_END));
            assertThat(attribute("meters", "cdcSourceEvents.operation.insert.pipeline.people.source.source", "Count"))
                    .isEqualTo(1L);
            assertThat(attribute("gauges", "cdcSinkQueue.pipeline.people.sink.files", "Value"))
                    .isEqualTo(2048.0);
        } finally {
            registry.close();
        }
    }
}
