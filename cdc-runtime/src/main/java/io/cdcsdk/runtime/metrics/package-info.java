/**
 * What a pipeline does and how it stands, in numbers: {@link io.cdcsdk.runtime.metrics.PipelineMetrics} in a Micrometer registry,
 * {@link io.cdcsdk.runtime.metrics.MetricsFile} in a file, {@link io.cdcsdk.runtime.metrics.StatusLog} in the log.
 */
@NullMarked
package io.cdcsdk.runtime.metrics;

import org.jspecify.annotations.NullMarked;
