package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowChangeTest {
    private static final TableSchema SCHEMA = TableSchema.builder(TableId.of("shop", "orders"))
            .key("id", LogicalType.INT64)
            .column("note", LogicalType.STRING)
            .build();
    private static final Row ROW = Row.of(SCHEMA, 1L, "secret");
    private static final Row OTHER = Row.of(SCHEMA, 2L, "secret");
    private static final Origin ORIGIN = Origin.at(Position.of(5));

    @ParameterizedTest
    @CsvSource({
        "SNAPSHOT, false, true, true",
        "SNAPSHOT, true, true, false",
        "SNAPSHOT, false, false, false",
        "INSERT, false, true, true",
        "INSERT, true, true, false",
        "INSERT, true, false, false",
        "UPDATE, true, true, true",
        "UPDATE, false, true, true",
        "UPDATE, true, false, false",
        "DELETE, true, false, true",
        "DELETE, false, false, false",
        "DELETE, true, true, false"
    })
    void hasTheImagesOfItsOperation(Operation operation, boolean before, boolean after, boolean valid) {
        if (valid) {
            RowChange change = RowChange.of(operation, before ? ROW : null, after ? OTHER : null, ORIGIN);
            assertThat(change.operation()).isEqualTo(operation);
            assertThat(change.before()).isSameAs(before ? ROW : null);
            assertThat(change.after()).isSameAs(after ? OTHER : null);
            assertThat(change.image()).isSameAs(after ? OTHER : ROW);
            assertThat(change.schema()).isSameAs(SCHEMA);
            assertThat(change.table()).isEqualTo(SCHEMA.table());
            assertThat(change.position()).isEqualTo(Position.of(5));
        } else {
            assertThatThrownBy(() -> RowChange.of(operation, before ? ROW : null, after ? OTHER : null, ORIGIN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(operation + " at 1:0:5: " + (before ? "with" : "without") + " before and "
                            + (after ? "with" : "without") + " after");
        }
    }

    @Test
    void comparesByValue() {
        assertThat(RowChange.update(ROW, OTHER, ORIGIN))
                .isEqualTo(RowChange.of(Operation.UPDATE, ROW, OTHER, ORIGIN))
                .hasSameHashCodeAs(RowChange.of(Operation.UPDATE, ROW, OTHER, ORIGIN))
                .isNotEqualTo(RowChange.update(null, OTHER, ORIGIN))
                .isNotEqualTo(RowChange.update(ROW, OTHER, Origin.at(Position.of(6))));
        assertThat(RowChange.insert(ROW, ORIGIN)).isNotEqualTo(RowChange.snapshot(ROW, ORIGIN));
        assertThat(RowChange.delete(ROW, ORIGIN)).isNotEqualTo(RowChange.delete(OTHER, ORIGIN));
    }

    @Test
    void bothImagesShareOneSchemaInstance() {
        Row stranger = Row.of(SCHEMA.toBuilder().build(), 1L, "x");
        assertThatThrownBy(() -> RowChange.update(stranger, ROW, ORIGIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("before and after of one change must share one schema instance");
    }

    @Test
    void eventsShowNoValues() {
        assertThat(RowChange.update(OTHER, ROW, ORIGIN)).hasToString("UPDATE shop.orders(id, note) at 1:0:5:");
        assertThat(new Truncate(SCHEMA, ORIGIN)).hasToString("Truncate of shop.orders at 1:0:5:");
        assertThat(new SchemaChange(null, SCHEMA, ORIGIN))
                .hasToString("SchemaChange of shop.orders to version 1 at 1:0:5:");
        assertThat(new SnapshotStarted(SCHEMA, ORIGIN)).hasToString("SnapshotStarted of shop.orders at 1:0:5:");
        assertThat(new SnapshotCompleted(SCHEMA, ORIGIN)).hasToString("SnapshotCompleted of shop.orders at 1:0:5:");
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void operationsHaveOneLetter(Operation operation) {
        assertThat(Operation.ofCode(operation.code())).isEqualTo(operation);
    }

    @ParameterizedTest
    @ValueSource(chars = {'x', 'C', ' '})
    void refusesOtherLetters(char code) {
        assertThatThrownBy(() -> Operation.ofCode(code))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("operation code '" + code + "' is not known; expected one of r, c, u, d");
    }
}
