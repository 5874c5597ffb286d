/**
 * Benchmarks of SCD2 histories: the engine beside what an engineer writes in an afternoon with hash maps, and beside DuckDB in the
 * same process. All of them get the same changes, built beforehand in the form that suits each best.
 */
@NullMarked
package io.cdcsdk.bench.scd;

import org.jspecify.annotations.NullMarked;
