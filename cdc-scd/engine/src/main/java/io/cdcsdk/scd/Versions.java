package io.cdcsdk.scd;

/** Versions in the current schema of their history. */
final class Versions {
    private Versions() {}

    /** The version with its row in the table's schema. */
    static Version in(Version version, TableState table) {
        return table.rules().fits(version.row().schema()) ? version : Layouts.upgraded(version, table.schema());
    }
}
