package io.cdcsdk.testkit;

import io.cdcsdk.scd.Version;
import java.util.Map;

/**
 * One version of one key, comparable by value.
 *
 * @param columns the columns that are not null, as {@link HistoryValues} has them
 * @param validFrom when it begins, in microseconds
 * @param validTo when it ends, or {@link Version#CURRENT}
 * @param operation {@code c}, {@code u} or {@code d}
 */
record ExpectedVersion(Map<String, Object> columns, long validFrom, long validTo, char operation) {
    static ExpectedVersion of(Version version) {
        return new ExpectedVersion(
                HistoryValues.of(version.row()), version.validFrom(), version.validTo(), version.operation());
    }

    ExpectedVersion until(long end) {
        return new ExpectedVersion(columns, validFrom, end, operation);
    }

    ExpectedVersion withColumns(Map<String, Object> other) {
        return new ExpectedVersion(other, validFrom, validTo, operation);
    }

    boolean isMarker() {
        return operation == Version.MARKER;
    }

    @Override
    public String toString() {
        return operation + " [" + HistoryCase.time(validFrom) + ", "
                + (validTo == Version.CURRENT ? "current" : HistoryCase.time(validTo)) + ") " + columns;
    }
}
