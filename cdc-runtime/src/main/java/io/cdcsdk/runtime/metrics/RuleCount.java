package io.cdcsdk.runtime.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.Objects;

/**
 * How often a validation rule was broken, for {@link PipelineMetrics.Builder#validation}. All but the count is tags: it comes from the
 * configuration, never from a row.
 *
 * @param tables the pattern of the tables that are checked
 * @param column the column, or empty for a rule of the whole row
 * @param rule what should hold
 * @param action what is done to rows that break it
 * @param broken the number of rows that broke it so far
 */
public record RuleCount(String tables, String column, String rule, String action, long broken) {
    public RuleCount {
        Objects.requireNonNull(tables, "tables");
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(action, "action");
    }

    Tags tags() {
        return Tags.of("tables", tables, "column", column, "rule", rule, "action", action);
    }
}
