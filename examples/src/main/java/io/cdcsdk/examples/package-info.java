/** Runnable examples; {@code examples/run --help} lists them. */
@NullMarked
package io.cdcsdk.examples;

import org.jspecify.annotations.NullMarked;
