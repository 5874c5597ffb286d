/** Tests of the built-in transforms. */
@NullMarked
package io.cdcsdk.runtime.transform;

import org.jspecify.annotations.NullMarked;
