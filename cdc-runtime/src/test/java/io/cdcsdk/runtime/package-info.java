/** Tests of the pipeline. */
@NullMarked
package io.cdcsdk.runtime;

import org.jspecify.annotations.NullMarked;
