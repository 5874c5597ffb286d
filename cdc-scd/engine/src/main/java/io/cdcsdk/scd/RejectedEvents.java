package io.cdcsdk.scd;

import java.util.List;

/**
 * Where {@link Scd2Sink} puts events that were not applied. Called before the commit that passes them by: after a crash, a
 * commit that is repeated, or a merge that another session got ahead of, the same events come again, told apart by lane and position.
 */
@FunctionalInterface
public interface RejectedEvents {
    /**
     * Takes events; they must be durable on return. A throw fails the commit, which changes nothing then.
     *
     * @param rejected never empty
     */
    void take(List<Rejected> rejected);
}
