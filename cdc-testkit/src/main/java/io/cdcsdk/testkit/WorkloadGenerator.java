package io.cdcsdk.testkit;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the consistent history of a small table, in which few keys are changed often: inserts, updates, deletes, changes of
 * keys, truncates, snapshots (some given up and begun again), partial images, transactions. The same seed and options give the
 * same workload. Meant for some thousands of events: it remembers the table after each of them.
 */
public final class WorkloadGenerator {
    /** What may happen besides inserts. */
    public enum Feature {
        /** Updates and deletes by key. */
        CHANGES,
        /** Updates that change the key. */
        KEY_CHANGES,
        /** Updates that hold only some columns; before images and deleted rows with only the key. */
        PARTIAL_IMAGES,
        /** Truncates. */
        TRUNCATES,
        /** Snapshots. */
        SNAPSHOTS
    }

    private static final TableId DEFAULT_TABLE = TableId.of("shop", "orders");
    private static final Set<ColumnState> STORED = EnumSet.of(ColumnState.VALUE, ColumnState.NULL);

    private final Random random;
    private final RowGenerator values;
    private final Set<Feature> features;
    private final int length;
    private final TableSchema schema;
    private final List<Row> keys;
    private final EventScript script = EventScript.create();
    private final NavigableMap<Integer, List<Row>> tables = new TreeMap<>();
    private final Map<List<Object>, Row> table = new LinkedHashMap<>();
    private int count;

    private WorkloadGenerator(Builder builder) {
        this.random = new Random(builder.seed);
        this.values = new RowGenerator(random.nextLong());
        this.schema =
                builder.schema != null ? builder.schema : new SchemaGenerator(random.nextLong()).next(builder.table);
        this.features = EnumSet.copyOf(builder.features);
        this.length = builder.length;
        this.keys = schema.hasKey() ? keys(builder.keys) : List.of();
    }

    /** Starts a workload with all features, about 200 events over 12 keys, and a schema of any types. */
    public static Builder builder(long seed) {
        return new Builder(seed);
    }

    /** Rows that stand for the keys of the small world. Few, because a type may not have many values. */
    private List<Row> keys(int wanted) {
        Map<List<Object>, Row> distinct = new LinkedHashMap<>();
        for (int attempt = 0; distinct.size() < wanted && attempt < 20 * wanted; attempt++) {
            Row row = values.complete(schema);
            distinct.putIfAbsent(Images.key(row), row);
        }
        return List.copyOf(distinct.values());
    }

    private Workload generate() {
        settled();
        int transaction = 0;
        while (count < length) {
            if (random.nextInt(3) == 0) {
                script.transaction("transaction-" + transaction++);
            }
            step();
        }
        return new Workload(schema, script.take(), tables);
    }

    private void settled() {
        tables.put(count, List.copyOf(table.values()));
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 2 && has(Feature.TRUNCATES)) {
            script.truncate(schema);
            table.clear();
            happened();
        } else if (dice < 5 && has(Feature.SNAPSHOTS)) {
            snapshot();
        } else if (dice < 15 && has(Feature.KEY_CHANGES) && has(Feature.CHANGES)) {
            changeKey();
        } else {
            change();
        }
    }

    private boolean has(Feature feature) {
        return features.contains(feature);
    }

    private void happened() {
        count++;
        settled();
    }

    private void change() {
        if (keys.isEmpty()) {
            insert(values.row(schema, STORED), List.of(count));
            return;
        }
        Row keyed = keys.get(random.nextInt(keys.size()));
        List<Object> key = Images.key(keyed);
        Row old = table.get(key);
        if (old == null) {
            insert(withKey(values.row(schema, STORED), keyed), key);
        } else if (!has(Feature.CHANGES)) {
            // Without changes by key every insert needs a key of its own, and the world has run out of them.
            Row fresh = freshRow();
            insert(fresh, Images.key(fresh));
        } else if (random.nextInt(4) == 0) {
            script.delete(has(Feature.PARTIAL_IMAGES) && random.nextBoolean() ? onlyKey(old) : old);
            table.remove(key);
            happened();
        } else {
            update(key, old, withKey(values.row(schema, STORED), keyed));
        }
    }

    private Row freshRow() {
        for (int attempt = 0; attempt < 100; attempt++) {
            Row row = values.row(schema, STORED);
            if (!table.containsKey(Images.key(row))) {
                return row;
            }
        }
        throw new IllegalStateException(
                "the key of " + schema + " has too few values for " + length + " inserts without updates and deletes");
    }

    private void insert(Row row, List<Object> key) {
        script.insert(row);
        table.put(key, row);
        happened();
    }

    private void update(List<Object> key, Row old, Row updated) {
        if (!has(Feature.PARTIAL_IMAGES)) {
            script.update(random.nextBoolean() ? null : old, updated);
            table.put(key, updated);
            happened();
            return;
        }
        Row.Builder image = updated.toBuilder();
        Row.Builder truth = updated.toBuilder();
        for (int i = 0; i < schema.size(); i++) {
            if (!schema.isKey(i) && random.nextInt(3) == 0) {
                truth.copy(i, old, i);
                if (random.nextBoolean()) {
                    image.setAbsent(i);
                } else {
                    image.setUnavailable(i);
                }
            }
        }
        script.update(random.nextBoolean() ? null : onlyKey(old), image.build());
        table.put(key, truth.build());
        happened();
    }

    private void changeKey() {
        List<Row> free =
                keys.stream().filter(row -> !table.containsKey(Images.key(row))).toList();
        if (free.isEmpty() || table.isEmpty()) {
            change();
            return;
        }
        Row old = List.copyOf(table.values()).get(random.nextInt(table.size()));
        Row moved = withKey(old, free.get(random.nextInt(free.size())));
        table.remove(Images.key(old));
        table.put(Images.key(moved), moved);
        boolean partial = has(Feature.PARTIAL_IMAGES) && random.nextBoolean();
        script.update(partial ? onlyKey(old) : old, partial ? onlyKey(moved) : moved);
        happened();
    }

    /** The table as it is found after some changes that nobody saw; perhaps the first attempt is given up. */
    private void snapshot() {
        if (random.nextInt(3) == 0) {
            script.snapshotStarted(schema);
            count++;
            for (Row keyed : keys.subList(0, keys.size() / 3)) {
                script.snapshotRow(withKey(values.row(schema, STORED), keyed));
                count++;
            }
        }
        table.clear();
        script.snapshotStarted(schema);
        count++;
        for (Row keyed : keys) {
            if (random.nextInt(3) > 0) {
                Row row = withKey(values.row(schema, STORED), keyed);
                table.put(Images.key(row), row);
                script.snapshotRow(row);
                count++;
            }
        }
        script.snapshotCompleted(schema);
        happened();
    }

    private Row onlyKey(Row row) {
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.keySize(); i++) {
            builder.copy(schema.keyOrdinal(i), row, schema.keyOrdinal(i));
        }
        return builder.build();
    }

    private Row withKey(Row row, Row keyed) {
        Row.Builder builder = row.toBuilder();
        for (int i = 0; i < schema.keySize(); i++) {
            builder.copy(schema.keyOrdinal(i), keyed, schema.keyOrdinal(i));
        }
        return builder.build();
    }

    /** Options of a workload. Not safe for use by several threads. */
    public static final class Builder {
        private final long seed;
        private final Set<Feature> features = EnumSet.allOf(Feature.class);
        private TableId table = DEFAULT_TABLE;
        private @Nullable TableSchema schema;
        private int keys = 12;
        private int length = 200;

        private Builder(long seed) {
            this.seed = seed;
        }

        /** Sets the table, for a schema of any types. */
        public Builder table(TableId value) {
            table = Objects.requireNonNull(value, "table");
            return this;
        }

        /** Sets the schema; a keyless one gets no changes by key. */
        public Builder schema(TableSchema value) {
            schema = Objects.requireNonNull(value, "schema");
            return this;
        }

        /** Sets the number of keys; there may be fewer if the types of the key do not have as many values. */
        public Builder keys(int value) {
            keys = value;
            return this;
        }

        /** Sets the least number of events. */
        public Builder length(int value) {
            length = value;
            return this;
        }

        /** Leaves a feature out. */
        public Builder without(Feature feature) {
            features.remove(feature);
            return this;
        }

        /** Leaves out what a sink with these capabilities cannot do. */
        public Builder fitting(Set<SinkCapability> capabilities) {
            List<Feature> impossible = new ArrayList<>();
            if (!capabilities.contains(SinkCapability.UPSERT)) {
                impossible.addAll(List.of(Feature.CHANGES, Feature.KEY_CHANGES, Feature.PARTIAL_IMAGES));
            }
            if (!capabilities.contains(SinkCapability.TRUNCATE)) {
                impossible.add(Feature.TRUNCATES);
            }
            if (!capabilities.contains(SinkCapability.SNAPSHOT)) {
                impossible.add(Feature.SNAPSHOTS);
            }
            impossible.forEach(this::without);
            return this;
        }

        /** Makes the workload. */
        public Workload generate() {
            return new WorkloadGenerator(this).generate();
        }
    }
}
