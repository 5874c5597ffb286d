package io.cdcsdk.runtime;

import java.util.List;

/**
 * What a replay of dead letters did.
 *
 * @param replayed how many letters are in their targets now, or were dropped by a transform
 * @param failed how many failed once more; they stay
 * @param waiting how many were chosen, and stay because they stand behind one that was not, or that failed
 * @param failures why some of those that failed did, at most 20
 */
public record ReplayResult(long replayed, long failed, long waiting, List<String> failures) {
    public ReplayResult {
        failures = List.copyOf(failures);
    }
}
