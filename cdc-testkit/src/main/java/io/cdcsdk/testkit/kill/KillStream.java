package io.cdcsdk.testkit.kill;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.util.Random;

/** A finite stream of changes for programs that are killed: few keys of one table, each of them changed often. */
public final class KillStream {
    /** How many events belong into one commit, and come in one batch. */
    public static final int ROWS_PER_COMMIT = 5;

    /** The only table. */
    public static final TableSchema SCHEMA = TableSchema.builder(TableId.of("person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("change", LogicalType.INT32)
            .build();

    private static final int KEYS = 200;
    private static final int PADDING = 1_000;
    private static final String LANE = "lane";

    private KillStream() {}

    /**
     * A source of the stream with that many batches; always the same events. A pipeline makes one commit of each batch if it commits
     * after {@link #ROWS_PER_COMMIT} rows.
     */
    public static ScriptedSource source(int commits) {
        EventScript script = EventScript.create();
        Random random = new Random(commits);
        for (int change = 0; change < commits * ROWS_PER_COMMIT; change++) {
            long id = random.nextInt(KEYS);
            Row row = Row.of(
                    SCHEMA, id, "Person " + random.nextInt(1000) + " ".repeat(random.nextInt(PADDING)) + ".", change);
            switch (random.nextInt(10)) {
                case 0 -> script.delete(row);
                case 1, 2 -> script.insert(row);
                default -> script.update(null, row);
            }
        }
        return ScriptedSource.over(new ScriptedOrigin().append(LANE, script.take()))
                .batchSize(ROWS_PER_COMMIT)
                .knownSchemas(SCHEMA)
                .build();
    }
}
