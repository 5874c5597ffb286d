/**
 * The pipeline: reads a source, transforms events, and writes them to sinks with exactly-once effect. Start at {@link
 * io.cdcsdk.runtime.Pipeline}.
 */
@NullMarked
package io.cdcsdk.runtime;

import org.jspecify.annotations.NullMarked;
