package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a sink does not declare must fail. */
abstract class SinkCapabilityChecks extends SinkTableChecks {
    private void assumeNotCapable(SinkCapability capability) {
        assumeFalse(capabilities().contains(capability), () -> "the sink declares " + capability);
    }

    private void assertRefused(List<ChangeEvent> events) {
        try (SinkSession session = open()) {
            session.claim("lane");
            assertThatThrownBy(() -> {
                        session.write("lane", events);
                        session.commit();
                    })
                    .as("%s, which the sink does not declare to support", events)
                    .isInstanceOf(Fatal.class);
        }
    }

    @Test
    void capabilitiesNeverChange() {
        Set<SinkCapability> declared = Set.copyOf(capabilities());
        SinkSession session = open();
        assertThat(session.sink().capabilities()).isEqualTo(declared);
        session.claim("lane");
        session.write(
                "lane",
                EventScript.create().insert(row(table("constant"), 1, "one")).take());
        session.commit();
        assertThat(session.sink().capabilities()).isEqualTo(declared);
        session.close();
        assertThat(session.sink().capabilities()).isEqualTo(declared);
        assertThat(capabilities()).isEqualTo(declared);
    }

    @Test
    void targetsNeverChange() {
        TableSchema schema = table("target");
        String target = open().sink().target(schema.table());
        assertThat(target).isNotBlank();
        assertThat(newSink().target(schema.table())).isEqualTo(target);
    }

    @Test
    void withoutCursorsNoneIsTold() {
        assumeNotCapable(SinkCapability.CURSOR);
        TableSchema schema = table("no_cursor");
        deliver("lane", EventScript.create().insert(row(schema, 1, "one")).take());
        assertThat(open().claim("lane")).isEmpty();
    }

    @Test
    void withoutUpsertChangesByKeyAreRefused() {
        assumeNotCapable(SinkCapability.UPSERT);
        TableSchema schema = table("no_upsert");
        deliver("lane", EventScript.create().insert(row(schema, 1, "one")).take());
        assertRefused(EventScript.after(1).update(null, row(schema, 1, "two")).take());
        assertRefused(EventScript.after(1).delete(row(schema, 1, "one")).take());
        assertRows(schema, row(schema, 1, "one"));
    }

    @Test
    void withoutSnapshotsTheyAreRefused() {
        assumeNotCapable(SinkCapability.SNAPSHOT);
        TableSchema schema = table("no_snapshot");
        deliver("lane", EventScript.create().insert(row(schema, 1, "one")).take());
        assertRefused(
                EventScript.after(1).snapshot(schema, row(schema, 2, "two")).take());
        assertRefused(EventScript.after(1).snapshotStarted(schema).take());
        assertRows(schema, row(schema, 1, "one"));
    }

    @Test
    void withoutTruncateItIsRefused() {
        assumeNotCapable(SinkCapability.TRUNCATE);
        TableSchema schema = table("no_truncate");
        deliver("lane", EventScript.create().insert(row(schema, 1, "one")).take());
        assertRefused(EventScript.after(1).truncate(schema).take());
        assertRows(schema, row(schema, 1, "one"));
    }

    @Test
    void withoutSchemaChangesTheyAreRefused() {
        assumeNotCapable(SinkCapability.SCHEMA_CHANGE);
        TableSchema schema = table("no_schema_change");
        TableSchema after =
                schema.toBuilder().version(2).column("city", LogicalType.STRING).build();
        deliver("lane", EventScript.create().insert(row(schema, 1, "one")).take());
        assertRefused(EventScript.after(1).schemaChange(schema, after).take());
        assertRows(schema, row(schema, 1, "one"));
    }

    @Test
    void withoutKeylessTablesTheyAreRefused() {
        assumeNotCapable(SinkCapability.KEYLESS_TABLES);
        TableSchema schema = table("no_keyless").toBuilder().key(List.of()).build();
        assertRefused(EventScript.create().insert(row(schema, 1, "one")).take());
    }

    @Test
    void changesByKeyOfATableWithoutOneAreRefused() {
        TableSchema schema = table("keyless_changes").toBuilder().key(List.of()).build();
        assertRefused(EventScript.create()
                .update(row(schema, 1, "one"), row(schema, 1, "two"))
                .take());
        assertRefused(EventScript.create().delete(row(schema, 1, "one")).take());
    }
}
