/** Tests of metrics. */
@NullMarked
package io.cdcsdk.runtime.metrics;

import org.jspecify.annotations.NullMarked;
