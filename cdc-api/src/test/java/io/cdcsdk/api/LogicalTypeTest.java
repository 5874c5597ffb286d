package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogicalTypeTest {
    @ParameterizedTest
    @EnumSource(
            value = LogicalType.Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DECIMAL", "ARRAY"})
    void readsEveryPlainType(LogicalType.Kind kind) {
        LogicalType type = LogicalType.parse(kind.name());
        assertThat(type.kind()).isEqualTo(kind);
        assertThat(LogicalType.parse(" " + type + " ")).isSameAs(type);
        assertThat(type.precision()).isZero();
        assertThat(type.scale()).isZero();
        assertThatThrownBy(type::element)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(type + " has no elements");
    }

    @Test
    void readsDecimals() {
        LogicalType type = LogicalType.parse("Decimal( 38 , 10 )");
        assertThat(type).isEqualTo(LogicalType.decimal(38, 10)).hasToString("decimal(38,10)");
        assertThat(type).hasSameHashCodeAs(LogicalType.decimal(38, 10)).isNotEqualTo(LogicalType.decimal(38, 9));
        assertThat(type.precision()).isEqualTo(38);
        assertThat(type.scale()).isEqualTo(10);
        assertThat(LogicalType.parse("decimal(5)")).isEqualTo(LogicalType.decimal(5, 0));
    }

    @Test
    void readsArrays() {
        LogicalType type = LogicalType.parse("array(array(decimal(5,2)))");
        assertThat(type).hasToString("array(array(decimal(5,2)))");
        assertThat(type.element().element()).isEqualTo(LogicalType.decimal(5, 2));
        assertThat(type).isNotEqualTo(LogicalType.array(LogicalType.array(LogicalType.decimal(5, 1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "int",
                "varchar(10)",
                "decimal",
                "decimal()",
                "decimal(a,b)",
                "decimal(5,)",
                "decimal(1,2,3)",
                "array",
                "array()",
                "array(int)",
                "int64)",
                "array(int64"
            })
    void listsTheTypesThereAre(String text) {
        assertThatThrownBy(() -> LogicalType.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a type: expected boolean, int32, int64, float32, float64, ")
                .hasMessageEndingWith("uuid, json or array(type)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"decimal(0,0)", "decimal(-1,0)", "decimal(5,6)", "decimal(5,-1)"})
    void refusesDecimalsThatCannotBe(String text) {
        assertThatThrownBy(() -> LogicalType.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text + " is not a type: the precision is 1 or more, the scale 0 to the precision");
    }
}
