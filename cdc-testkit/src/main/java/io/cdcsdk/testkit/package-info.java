/**
 * Proves sources and sinks: {@link io.cdcsdk.testkit.SourceContract} and {@link io.cdcsdk.testkit.SinkContract} are abstract JUnit
 * classes that an adapter extends with a fixture of a few lines; {@link io.cdcsdk.testkit.HistoryStoreContract} and {@link
 * io.cdcsdk.testkit.DeadLetterStoreContract} do the same for stores. Also here: a source and a sink in memory with faults on
 * demand, and seeded generators of schemas, rows and workloads.
 */
@NullMarked
package io.cdcsdk.testkit;

import org.jspecify.annotations.NullMarked;
