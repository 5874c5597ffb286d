package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * An event that goes to no target, but to the dead letters of the sinks.
 *
 * @param source the event as it was read: its key tells which events it must not overtake
 * @param event the event as the transforms that had succeeded left it, and masked by all of them
 * @param schema that the event would have had behind the last transform; null if that is not known
 * @param transforms how many transforms had succeeded
 * @param fault why it failed, or null if it may stand behind another one: each sink knows
 */
record Stopped(
        ChangeEvent source,
        ChangeEvent event,
        @Nullable TableSchema schema,
        int transforms,
        DeadLetterRecord.@Nullable Fault fault) {}
