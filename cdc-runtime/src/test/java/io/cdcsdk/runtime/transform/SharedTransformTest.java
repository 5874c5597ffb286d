package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One transform in several pipelines: each of them has a thread of its own. */
class SharedTransformTest {
    private static final TableSchema SCHEMA = TableSchema.builder(TableId.of("public", "person"))
            .key("id", LogicalType.INT64)
            .column("email", LogicalType.STRING)
            .column("name", LogicalType.STRING)
            .build();
    private static final MaskingKey KEY = MaskingKey.of(new byte[32]);

    private final List<ChangeEvent> events = LongStream.range(0, 20_000)
            .<ChangeEvent>mapToObj(id -> RowChange.insert(
                    Row.of(SCHEMA, id, "user" + id + "@example.org", "name " + id), Origin.at(Position.of(id))))
            .toList();

    @Test
    void aMaskGivesTheSameInEveryThread() throws Exception {
        assertSameInEveryThread(
                Mask.table("public.person").hash("email", KEY).tokenize("name", KeyedTokenizer.of(KEY)));
    }

    @Test
    void aProjectionGivesTheSameInEveryThread() throws Exception {
        assertSameInEveryThread(Project.table("public.person").rename("name", "full_name"));
    }

    private void assertSameInEveryThread(Transform transform) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<@Nullable Object>>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(() -> values(transform)));
            }
            List<@Nullable Object> expected = values(transform);
            for (Future<List<@Nullable Object>> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private List<@Nullable Object> values(Transform transform) {
        List<@Nullable Object> values = new ArrayList<>();
        for (ChangeEvent event : events) {
            Row row = ((RowChange) Objects.requireNonNull(People.apply(transform, event))).image();
            for (int i = 0; i < row.schema().size(); i++) {
                values.add(row.value(i));
            }
        }
        return values;
    }
}
