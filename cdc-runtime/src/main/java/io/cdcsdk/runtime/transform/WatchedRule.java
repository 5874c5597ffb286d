package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.RowChange;
import io.cdcsdk.runtime.TablePattern;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** A rule with what is known of the rows that broke it. Safe for any thread. */
final class WatchedRule {
    private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    /**
     * Where warnings go.
     *
     * @param nanos a clock that only ever moves on, as {@link System#nanoTime}
     */
    record Warnings(Logger log, LongSupplier nanos) {}

    private final ValidationRule rule;
    private final Warnings warnings;
    private final LongAdder broken = new LongAdder();
    private final AtomicLong nextWarning;

    WatchedRule(ValidationRule rule, Warnings warnings) {
        this.rule = rule;
        this.warnings = warnings;
        this.nextWarning = new AtomicLong(warnings.nanos.getAsLong());
    }

    ValidationRule rule() {
        return rule;
    }

    Validate.RuleCount count(TablePattern tables) {
        return new Validate.RuleCount(tables, rule.name(), rule.column(), rule.action(), broken.sum());
    }

    /** Notes that a row breaks the rule. */
    void brokenBy(RowChange change) {
        broken.increment();
        if (rule.action() == Validate.Action.WARN && mayWarn()) {
            warn(change);
        }
    }

    private boolean mayWarn() {
        long now = warnings.nanos.getAsLong();
        long next = nextWarning.get();
        return now - next >= 0 && nextWarning.compareAndSet(next, now + NANOS_BETWEEN_WARNINGS);
    }

    private void warn(RowChange change) {
        LoggingEventBuilder warning = warnings.log
                .atWarn()
                .addKeyValue("table", change.table())
                .addKeyValue("position", change.position())
                .addKeyValue("rule", rule.name());
        if (rule.column() != null) {
            warning = warning.addKeyValue("column", rule.column());
        }
        warning.addKeyValue("broken", broken.sum()).log("a row breaks a rule that does not reject it");
    }
}
