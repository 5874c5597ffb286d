package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableSchemaTest {
    private static final TableId ORDERS = TableId.of("shop", "orders");

    private static TableSchema.Builder orders() {
        return TableSchema.builder(ORDERS)
                .key("id", LogicalType.INT64)
                .column("amount", LogicalType.decimal(10, 2))
                .key("line", LogicalType.INT32)
                .column("note", LogicalType.STRING);
    }

    @Test
    void knowsItsColumnsAndKey() {
        TableSchema schema = orders().version(3).build();
        assertThat(schema.table()).isEqualTo(ORDERS);
        assertThat(schema.version()).isEqualTo(3);
        assertThat(schema.size()).isEqualTo(4);
        assertThat(schema.columnNames()).containsExactly("id", "amount", "line", "note");
        assertThat(schema.column(1)).isEqualTo(Column.of("amount", LogicalType.decimal(10, 2)));
        assertThat(schema.column(0).nullability()).isEqualTo(Column.Nullability.REQUIRED);
        assertThat(schema.kind(1)).isEqualTo(LogicalType.Kind.DECIMAL);
        assertThat(schema.ordinal("line")).isEqualTo(2);
        assertThat(schema.hasColumn("note")).isTrue();
        assertThat(schema.hasColumn("Note")).isFalse();
        assertThat(schema.hasKey()).isTrue();
        assertThat(schema.keySize()).isEqualTo(2);
        assertThat(schema.keyOrdinal(1)).isEqualTo(2);
        assertThat(schema.keyNames()).containsExactly("id", "line");
        assertThat(schema.isKey(2)).isTrue();
        assertThat(schema.isKey(1)).isFalse();
        assertThat(schema)
                .hasToString("shop.orders v3[id int64 required, amount decimal(10,2), line int32 required, note string]"
                        + " key[id, line]");
    }

    @Test
    void theKeyHasAnOrderOfItsOwn() {
        TableSchema schema = orders().key(List.of("line", "id")).build();
        assertThat(schema.keyNames()).containsExactly("line", "id");
        assertThat(schema.keyOrdinal(0)).isEqualTo(2);
        assertThat(schema).isNotEqualTo(orders().build());
    }

    @Test
    void aKeylessTableHasNoKey() {
        TableSchema schema = orders().key(List.of()).build();
        assertThat(schema.hasKey()).isFalse();
        assertThat(schema.keySize()).isZero();
        assertThat(schema.isKey(0)).isFalse();
    }

    @Test
    void comparesByValue() {
        TableSchema schema = orders().build();
        assertThat(schema).isEqualTo(orders().build()).hasSameHashCodeAs(orders().build());
        assertThat(schema.toBuilder().build()).isEqualTo(schema);
        assertThat(schema).isNotEqualTo(schema.toBuilder().version(2).build());
        assertThat(schema)
                .isNotEqualTo(schema.toBuilder().table(TableId.of("x")).build());
        assertThat(schema)
                .isNotEqualTo(
                        schema.toBuilder().column("more", LogicalType.DATE).build());
        assertThat(schema).isNotEqualTo("schema");
    }

    @Test
    void cannotBeChanged() {
        assertThatThrownBy(() -> orders().build().columns().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesWhatIsNoSchema() {
        assertThatThrownBy(() -> TableSchema.builder(ORDERS).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shop.orders has no columns");
        assertThatThrownBy(() -> orders().column("id", LogicalType.DATE).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shop.orders has two columns named 'id'");
        assertThatThrownBy(() -> orders().key(List.of("ID")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the key of shop.orders names a column 'ID' that it does not have; "
                        + "it has id, amount, line, note");
        assertThatThrownBy(() -> orders().key(List.of("id", "line", "id")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the key of shop.orders names a column twice: [id, line, id]");
        assertThatThrownBy(() -> orders().version(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version 0 of shop.orders is below 1");
        assertThatThrownBy(() -> Column.of("", LogicalType.DATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a column needs a name");
    }

    @Test
    void listsTheColumnsThereAre() {
        assertThatThrownBy(() -> orders().build().ordinal("total"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shop.orders has no column 'total'; it has id, amount, line, note");
    }
}
