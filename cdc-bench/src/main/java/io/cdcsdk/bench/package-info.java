/** Benchmarks: each variant runs beside its peers in the same process, round after round. */
@NullMarked
package io.cdcsdk.bench;

import org.jspecify.annotations.NullMarked;
