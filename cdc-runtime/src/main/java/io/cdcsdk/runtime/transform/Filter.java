package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.runtime.TablePattern;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Transforms that drop events. What is dropped never reaches a later transform or a sink; the position moves on all the same.
 *
 * <p>A predicate must depend on its argument alone. If it throws, the event is a {@link io.cdcsdk.api.BadRecord}.
 */
public final class Filter {
    private Filter() {}

    /**
     * Keeps the events of the tables that match at least one of these patterns.
     *
     * @param patterns one or more of the form that {@link TablePattern} reads, such as {@code public.*}
     * @throws io.cdcsdk.api.InvalidConfiguration if there is no pattern, or one is empty
     */
    public static Transform tables(String... patterns) {
        return byTable(Arguments.tables("table filter", patterns), true);
    }

    /**
     * Drops the events of the tables that match at least one of these patterns.
     *
     * @param patterns one or more of the form that {@link TablePattern} reads, such as {@code public.audit_*}
     * @throws io.cdcsdk.api.InvalidConfiguration if there is no pattern, or one is empty
     */
    public static Transform exceptTables(String... patterns) {
        return byTable(Arguments.tables("table filter", patterns), false);
    }

    private static Transform byTable(List<TablePattern> patterns, boolean keepMatching) {
        return new Transform() {
            @Override
            public @Nullable TableSchema schema(TableSchema schema) {
                boolean matches = patterns.stream().anyMatch(pattern -> pattern.matches(schema.table()));
                return matches == keepMatching ? schema : null;
            }

            @Override
            public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
                return event;
            }
        };
    }

    /**
     * Keeps the changes with one of these operations. What does the same to many rows goes with its operation: the start and the
     * completion of a snapshot with {@link Operation#SNAPSHOT} (alone they would empty the target), a {@link Truncate} with
     * {@link Operation#DELETE}. Changes of the schema always pass.
     */
    public static Transform operations(Operation first, Operation... others) {
        Set<Operation> kept = EnumSet.of(first, others);
        return (event, schema) -> {
            if (event instanceof SchemaChange) {
                return event;
            } else if (event instanceof RowChange change) {
                return kept.contains(change.operation()) ? event : null;
            }
            return kept.contains(event instanceof Truncate ? Operation.DELETE : Operation.SNAPSHOT) ? event : null;
        };
    }

    /**
     * Keeps the events that a predicate accepts, of any type and any table. A predicate that accepts the start and the
     * completion of a snapshot but not its rows makes the target drop them.
     */
    public static Transform events(Predicate<ChangeEvent> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return (event, schema) -> {
            try {
                return predicate.test(event) ? event : null;
            } catch (RuntimeException e) {
                throw BadRecords.afterFailureOf(event, "the predicate of the event filter", e);
            }
        };
    }

    /**
     * Keeps the rows of some tables that a predicate accepts, so that a target holds those and no others:
     *
     * <ul>
     *   <li>a row of a snapshot and an insert pass if the predicate accepts {@link RowChange#after()};
     *   <li>an update passes if it accepts {@code after}. If not, the row has left the filter: the update becomes a delete of
     *       its key, unless a complete {@link RowChange#before()} shows that the row was not in the filter to begin with, or
     *       there is neither a {@code before} nor a key; then it is dropped;
     *   <li>a delete passes, unless a complete {@code before} is rejected. Deleting a row that the target never had does no harm;
     *   <li>every event that is not of one row passes, as does everything of other tables.
     * </ul>
     *
     * <p>A row that comes into the filter by an update arrives as that update: without the columns that the source left out. An
     * {@code after} may hold columns that are absent or unavailable: a predicate that reads one of them asks {@link
     * Row#state} first.
     *
     * @param tables a pattern of the form that {@link TablePattern} reads
     * @throws io.cdcsdk.api.InvalidConfiguration if the pattern is empty
     */
    public static Transform rows(String tables, Predicate<Row> predicate) {
        return new RowFilter(Arguments.table("row filter", tables), Objects.requireNonNull(predicate, "predicate"));
    }
}
