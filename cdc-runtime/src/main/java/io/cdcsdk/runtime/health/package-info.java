/** Whether a pipeline lives and is ready: {@link io.cdcsdk.runtime.health.HealthCheck}. */
@NullMarked
package io.cdcsdk.runtime.health;

import org.jspecify.annotations.NullMarked;
