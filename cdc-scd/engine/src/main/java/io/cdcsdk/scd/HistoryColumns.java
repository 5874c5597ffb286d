package io.cdcsdk.scd;

/**
 * The names of the columns that a history adds to those of its table.
 *
 * @param validFrom when a version begins, inclusive; a timestamp with zone
 * @param validTo when it ends, exclusive; null while it is current
 * @param isCurrent whether it is current
 * @param operation {@code c}, {@code u} or {@code d}; see {@link Version#operation()}
 */
public record HistoryColumns(String validFrom, String validTo, String isCurrent, String operation) {
    /** {@code _valid_from}, {@code _valid_to}, {@code _is_current}, {@code operation}. */
    public static HistoryColumns standard() {
        return new HistoryColumns("_valid_from", "_valid_to", "_is_current", "operation");
    }
}
