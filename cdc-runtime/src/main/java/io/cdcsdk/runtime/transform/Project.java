package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.TablePattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chooses and renames the columns of a table, and renames the table.
 *
 * <p>All columns are named as the source spells them, whatever the order of the calls. Columns keep the source's order. With
 * {@link #keep} a column that the source adds later stays out, with {@link #drop} it goes through. The events of other tables
 * pass as they are.
 *
 * <p>{@link #schema} refuses a table, with every mistake at once, if a column does not exist, a key column would be lost, a
 * column is both kept and dropped, dropped and renamed or renamed twice, two columns would have one name, or two tables would
 * become one. An event of another table that has the new name already is refused too.
 */
public final class Project implements Transform {
    private record Renaming(String from, String to) {}

    private final TablePattern tables;
    private final @Nullable List<String> kept;
    private final List<String> dropped;
    private final List<Renaming> renamings;
    private final @Nullable TableId target;
    private final EventRewriter rewriter = new EventRewriter(this::rewrite);
    private @Nullable TableId renamedTable;

    private Project(
            TablePattern tables,
            @Nullable List<String> kept,
            List<String> dropped,
            List<Renaming> renamings,
            @Nullable TableId target) {
        this.tables = tables;
        this.kept = kept;
        this.dropped = dropped;
        this.renamings = renamings;
        this.target = target;
    }

    /**
     * Starts with all columns of some tables under their own names.
     *
     * @param pattern a pattern of the form that {@link TablePattern} reads
     * @throws io.cdcsdk.api.InvalidConfiguration if the pattern is empty
     */
    public static Project table(String pattern) {
        return new Project(Arguments.table("projection", pattern), null, List.of(), List.of(), null);
    }

    /** Keeps these columns, besides those that an earlier call named, and no others. */
    public Project keep(String... columns) {
        return new Project(tables, joined(kept == null ? List.of() : kept, columns), dropped, renamings, target);
    }

    /** Drops these columns. */
    public Project drop(String... columns) {
        return new Project(tables, kept, joined(dropped, columns), renamings, target);
    }

    /** Renames a column. */
    public Project rename(String column, String newName) {
        Arguments.require(!newName.isEmpty(), "projection", "rename", "the new name of '" + column + "' is empty");
        return new Project(tables, kept, dropped, Arguments.append(renamings, new Renaming(column, newName)), target);
    }

    /** Renames the table. The pattern must match one table only. */
    public Project renameTable(TableId table) {
        return new Project(tables, kept, dropped, renamings, Objects.requireNonNull(table, "table"));
    }

    private static List<String> joined(List<String> list, String... more) {
        List<String> all = new ArrayList<>(list);
        all.addAll(Arrays.asList(more));
        return all.stream().distinct().toList();
    }

    @Override
    public TableSchema schema(TableSchema schema) {
        return rewriter.schema(schema);
    }

    @Override
    public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        // Not a check of the schema: a filter before this transform may drop that table.
        if (target != null && event.table().equals(target) && !tables.matches(target)) {
            throw new Fatal(
                    "projection of " + tables + " renames a table to " + target
                            + ", and the source has a table of that name: choose another name, or filter that table out before");
        }
        return rewriter.apply(event);
    }

    private RowRewrite rewrite(TableSchema schema) {
        if (!tables.matches(schema.table())) {
            return new RowRewrite.Unchanged(schema);
        }
        SchemaMistakes mistakes = new SchemaMistakes("projection", schema);
        checkColumns(mistakes);
        checkTable(schema, mistakes);
        int[] sources = new int[schema.size()];
        int size = 0;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.column(i).name();
            if (keeps(name)) {
                sources[size++] = i;
                checkName(name, names, mistakes);
                names.add(newName(name));
            } else if (schema.isKey(i)) {
                mistakes.add(kept == null ? "drop" : "keep", "the key column '" + name + "' cannot be dropped");
            }
        }
        if (size == 0) {
            mistakes.add(kept == null ? "drop" : "keep", "no column is left");
        }
        mistakes.throwIfAny();
        sources = Arrays.copyOf(sources, size);
        TableSchema projected = projected(schema, sources, names);
        return projected.equals(schema) ? new RowRewrite.Unchanged(schema) : new Projection(projected, sources);
    }

    private boolean keeps(String column) {
        return (kept == null || kept.contains(column)) && !dropped.contains(column);
    }

    private String newName(String column) {
        return renamings.stream()
                .filter(renaming -> renaming.from.equals(column))
                .map(Renaming::to)
                .findFirst()
                .orElse(column);
    }

    /** Whether another column of a table gets this name. */
    boolean isNewName(TableSchema schema, String column) {
        return tables.matches(schema.table())
                && renamings.stream().anyMatch(each -> each.to.equals(column) && !each.from.equals(column));
    }

    private void checkColumns(SchemaMistakes mistakes) {
        for (String column : kept == null ? List.<String>of() : kept) {
            if (mistakes.requireColumn("keep", column) && dropped.contains(column)) {
                mistakes.add("keep", "the column '" + column + "' is dropped as well");
            }
        }
        dropped.forEach(column -> mistakes.requireColumn("drop", column));
        List<String> renamed = new ArrayList<>();
        for (Renaming renaming : renamings) {
            String column = renaming.from;
            if (renamed.contains(column)) {
                mistakes.add("rename", "the column '" + column + "' is renamed twice");
            } else if (mistakes.requireColumn("rename", column) && !keeps(column)) {
                mistakes.add("rename", "the column '" + column + "' is not kept");
            }
            renamed.add(column);
        }
    }

    private void checkName(String column, List<String> taken, SchemaMistakes mistakes) {
        String name = newName(column);
        if (taken.contains(name)) {
            mistakes.add(
                    "rename", "two columns would be named '" + name + "', one of them '" + column + "' in the source");
        }
    }

    private void checkTable(TableSchema schema, SchemaMistakes mistakes) {
        if (target == null) {
            return;
        }
        if (renamedTable == null) {
            renamedTable = schema.table();
        } else if (!renamedTable.equals(schema.table())) {
            mistakes.add("rename-table", renamedTable + " has become " + target + " already: name one table");
        }
    }

    private TableSchema projected(TableSchema schema, int[] sources, List<String> names) {
        TableSchema.Builder builder =
                TableSchema.builder(target == null ? schema.table() : target).version(schema.version());
        for (int i = 0; i < sources.length; i++) {
            builder.column(renamed(schema.column(sources[i]), names.get(i)));
        }
        return builder.key(schema.keyNames().stream().map(this::newName).toList())
                .build();
    }

    private static Column renamed(Column column, String name) {
        return new Column(name, column.type(), column.nullability());
    }

    private static final class Projection implements RowRewrite {
        private final TableSchema schema;
        private final int[] sources;
        private final Row.Builder builder;

        Projection(TableSchema schema, int[] sources) {
            this.schema = schema;
            this.sources = sources;
            this.builder = Row.builder(schema);
        }

        @Override
        public TableSchema schema() {
            return schema;
        }

        @Override
        public Row rewrite(Row row, ChangeEvent event) {
            for (int i = 0; i < sources.length; i++) {
                builder.copy(i, row, sources[i]);
            }
            return builder.build();
        }
    }
}
