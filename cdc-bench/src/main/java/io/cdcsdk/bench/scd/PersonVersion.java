package io.cdcsdk.bench.scd;

import java.util.Comparator;

/**
 * One version, in the form in which histories are compared.
 *
 * @param validFrom inclusive, in microseconds
 * @param validTo exclusive, or {@link Long#MAX_VALUE} while it is current
 */
record PersonVersion(Person person, long validFrom, long validTo) {
    /** By key and beginning. */
    static final Comparator<PersonVersion> ORDER = Comparator.<PersonVersion>comparingLong(
                    version -> version.person().id())
            .thenComparingLong(PersonVersion::validFrom);
}
