/** Tests of metrics. */
@NullMarked
package io.cdcsdk.runtime.logs;

import org.jspecify.annotations.NullMarked;
