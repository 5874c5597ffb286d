/** Tests of health. */
@NullMarked
package io.cdcsdk.runtime.health;

import org.jspecify.annotations.NullMarked;
