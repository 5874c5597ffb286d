package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaCacheTest {
    private final List<TableSchema> computed = new ArrayList<>();
    private final SchemaCache<Integer> cache = new SchemaCache<>(schema -> {
        computed.add(schema);
        return schema.version();
    });

    private static TableSchema version(int version) {
        return People.SCHEMA.toBuilder().version(version).build();
    }

    @Test
    void computesOnceForEachInstance() {
        TableSchema one = version(1);
        TableSchema two = version(2);
        for (int i = 0; i < 3; i++) {
            assertThat(cache.of(one)).isEqualTo(1);
            assertThat(cache.of(two)).isEqualTo(2);
            assertThat(cache.of(two)).isEqualTo(2);
        }
        assertThat(computed).containsExactly(one, two);
    }

    @Test
    void forgetsRatherThanGrowWithoutEnd() {
        TableSchema first = version(1);
        cache.of(first);
        for (int i = 2; i <= 1001; i++) {
            assertThat(cache.of(version(i))).isEqualTo(i);
        }
        assertThat(cache.of(first)).isEqualTo(1);
        assertThat(computed).hasSize(1002);
    }
}
