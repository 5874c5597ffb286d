package io.cdcsdk.examples;

import io.cdcsdk.scd.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one key, or the last of them.
 *
 * @param key the key as text
 * @param versions how many there are
 * @param last the last ones, sorted; never empty
 * @param before the version before these, or null where there is none
 */
record KeyTimeline(
        String key,
        long versions,
        List<Version> last,
        @Nullable Version before) {}
