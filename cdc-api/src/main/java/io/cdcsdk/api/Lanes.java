package io.cdcsdk.api;

import java.util.Set;

/**
 * What a source is given to ask where to start. Lanes come and go while a source runs (a folder appears, partitions are dealt
 * out anew), so it claims each one when it is about to read it.
 */
@FunctionalInterface
public interface Lanes {
    /**
     * Claims lanes for this pipeline in all its targets and tells where to resume. The latest claim of a lane wins: whoever
     * claimed it before can commit nothing more. A source claims a lane once in its life. Blocks until the targets have answered. To be called by the thread that
     * calls {@link Source#open} and {@link Source#poll}, within these calls.
     *
     * @return for each lane the position after which to start; a lane without one starts at its beginning
     * @throws CdcException if a target cannot be claimed; the source passes it on
     */
    Positions claim(Set<String> lanes);
}
