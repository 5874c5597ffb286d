package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.TableId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablePatternTest {
    @ParameterizedTest
    @CsvSource({
        "public.*, public, person, true",
        "public.*, audit, person, false",
        "*.person, audit, person, true",
        "person, public, person, true",
        "person, public, persons, false",
        "public.person_?, public, person_1, true",
        "public.person_?, public, person_12, false",
        "public.a+b, public, a+b, true",
        "public.a+b, public, aab, false",
        "Public.*, public, person, false"
    })
    void matchesByName(String pattern, String schema, String name, boolean expected) {
        assertThat(TablePattern.of(pattern).matches(TableId.of(schema, name))).isEqualTo(expected);
    }

    @Test
    void refusesAnEmptyPattern() {
        assertThatThrownBy(() -> TablePattern.of(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("public.*");
    }
}
