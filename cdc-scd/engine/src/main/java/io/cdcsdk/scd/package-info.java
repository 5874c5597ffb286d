/**
 * Histories of tables, SCD Type 2: {@link io.cdcsdk.scd.Scd2Engine} merges batches of changes, {@link io.cdcsdk.scd.HistoryStore}s
 * keep what comes out, {@link io.cdcsdk.scd.Scd2Sink} is both as a sink of a pipeline.
 */
@NullMarked
package io.cdcsdk.scd;

import org.jspecify.annotations.NullMarked;
