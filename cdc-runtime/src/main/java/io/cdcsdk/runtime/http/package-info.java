/** Health and metrics over HTTP: {@link io.cdcsdk.runtime.http.MonitoringServer}. */
@NullMarked
package io.cdcsdk.runtime.http;

import org.jspecify.annotations.NullMarked;
