/** Tests that nothing secret shows. */
@NullMarked
package io.cdcsdk.runtime.leaks;

import org.jspecify.annotations.NullMarked;
