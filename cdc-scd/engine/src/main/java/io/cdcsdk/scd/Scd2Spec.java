package io.cdcsdk.scd;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the history of a table is kept. Immutable.
 *
 * <p><b>Order of events.</b> First the {@link Sequence}: nothing, the commit time, or a column. Then, by {@link
 * TieRule#SOURCE_ORDER}, the epoch of the position, and the source order; an event that tells none stands before those that do,
 * and among its like by path and offset of its position. Last the lane's name and the position.
 */
public final class Scd2Spec {
    /** The lateness allowed by default. */
    public static final Duration DEFAULT_LATENESS = Duration.ofHours(1);

    /** How far an event may be ahead of its own commit time by default. */
    public static final Duration DEFAULT_MAX_AHEAD = Duration.ofDays(1);

    private static final String COLUMN = "column:";
    private static final String UNLIMITED = "unlimited";

    private final List<String> key;
    private final Sequence sequence;
    private final TieRule tieRule;
    private final @Nullable List<String> tracked;
    private final @Nullable List<String> overwritten;
    private final DeleteMode deletes;
    private final @Nullable Duration lateness;
    private final Duration maxAhead;
    private final HistoryColumns columns;

    private Scd2Spec(Builder builder) {
        this.key = List.copyOf(builder.key);
        this.sequence = builder.sequence;
        this.tieRule = builder.tieRule;
        this.tracked = builder.tracked == null ? null : List.copyOf(builder.tracked);
        this.overwritten = builder.overwritten == null ? null : List.copyOf(builder.overwritten);
        this.deletes = builder.deletes;
        this.lateness = builder.lateness;
        this.maxAhead = builder.maxAhead;
        this.columns = builder.columns;
    }

    /** Everything at its default: the schema's key, source order, all columns tracked, deletes close, an hour of lateness. */
    public static Scd2Spec standard() {
        return builder().build();
    }

    /** Starts a spec at its defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a spec: {@code key} (names, separated by commas), {@code sequence} ({@code source-order}, {@code commit-time} or
     * {@code column:NAME}), {@code tie-rule}, {@code tracked} or {@code overwritten} (names), {@code deletes}, {@code lateness}
     * (a duration or {@code unlimited}), {@code max-ahead}, {@code valid-from-column}, {@code valid-to-column}, {@code
     * is-current-column}, {@code operation-column}.
     *
     * @throws InvalidConfiguration with every mistake
     */
    public static Scd2Spec fromProperties(Properties properties) {
        Configuration options = Configuration.of("SCD2 history", properties);
        Builder builder = builder();
        builder.key = names(options, "key").orElse(List.of());
        builder.sequence = options.value(
                "sequence", builder.sequence, "source-order, commit-time or column:NAME", Scd2Spec::parseSequence);
        builder.tieRule = options.choice("tie-rule", builder.tieRule);
        builder.tracked = names(options, "tracked").orElse(null);
        builder.overwritten = names(options, "overwritten").orElse(null);
        builder.deletes = options.choice("deletes", builder.deletes);
        builder.lateness = options.value(
                        "lateness",
                        Optional.of(DEFAULT_LATENESS),
                        "a duration such as PT1H, or unlimited",
                        text -> text.equals(UNLIMITED) ? Optional.<Duration>empty() : Optional.of(Duration.parse(text)))
                .orElse(null);
        builder.maxAhead = options.duration("max-ahead", builder.maxAhead);
        HistoryColumns standard = builder.columns;
        builder.columns = new HistoryColumns(
                name(options, "valid-from-column", standard.validFrom()),
                name(options, "valid-to-column", standard.validTo()),
                name(options, "is-current-column", standard.isCurrent()),
                name(options, "operation-column", standard.operation()));
        builder.check(options);
        options.throwIfInvalid();
        return new Scd2Spec(builder);
    }

    private static String name(Configuration options, String option, String fallback) {
        return options.value(option, fallback, "a column's name", text -> text);
    }

    private static Optional<List<String>> names(Configuration options, String option) {
        return options.value(
                option,
                Optional.empty(),
                "names separated by commas",
                text -> Optional.of(
                        text.isBlank()
                                ? List.of()
                                : Arrays.stream(text.split(",", -1))
                                        .map(String::strip)
                                        .toList()));
    }

    private static Sequence parseSequence(String text) {
        if (text.startsWith(COLUMN)) {
            return Sequence.column(text.substring(COLUMN.length()).strip());
        }
        return switch (text) {
            case "source-order" -> Sequence.sourceOrder();
            case "commit-time" -> Sequence.commitTime();
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** The names of the key columns; empty for the key that the table's schema tells. */
    public List<String> key() {
        return key;
    }

    /** What orders the events of a key. */
    public Sequence sequence() {
        return sequence;
    }

    /** What decides where the sequence is the same. */
    public TieRule tieRule() {
        return tieRule;
    }

    /** What a delete leaves. */
    public DeleteMode deletes() {
        return deletes;
    }

    /** How late an event may be, or null for any lateness; the state then holds every event for good. */
    public @Nullable Duration lateness() {
        return lateness;
    }

    /** How far a sequence column may be ahead of the commit time of its event. */
    public Duration maxAhead() {
        return maxAhead;
    }

    /** The names of the columns that the history adds. */
    public HistoryColumns columns() {
        return columns;
    }

    /** Whether a change of a column opens a version; false for key columns and for overwritten ones. */
    public boolean isTracked(TableSchema schema, String column) {
        if (keyOf(schema).contains(column)) {
            return false;
        }
        return tracked != null ? tracked.contains(column) : overwritten == null || !overwritten.contains(column);
    }

    /** The names of the key columns of a table. */
    List<String> keyOf(TableSchema schema) {
        return key.isEmpty() ? schema.keyNames() : key;
    }

    /**
     * Checks that the spec fits a table: it has a key, and all columns that the spec names.
     *
     * @throws InvalidConfiguration with every mistake
     */
    public void check(TableSchema schema) {
        Configuration mistakes = Configuration.of("SCD2 history of " + schema.table());
        if (keyOf(schema).isEmpty()) {
            mistakes.mistake("key", "is not set, and the table has none: name the columns that identify a row");
        }
        checkKnown(mistakes, "key", key, schema);
        checkKnown(mistakes, "tracked", tracked, schema);
        checkKnown(mistakes, "overwritten", overwritten, schema);
        for (String name : keyOf(schema)) {
            if (schema.hasColumn(name)) {
                LogicalType.Kind kind = schema.kind(schema.ordinal(name));
                if (kind == LogicalType.Kind.ARRAY || kind == LogicalType.Kind.JSON) {
                    mistakes.mistake("key", "column '" + name + "' is of type " + kind + ", which cannot be a key");
                }
            }
            if (tracked != null && tracked.contains(name) || overwritten != null && overwritten.contains(name)) {
                mistakes.mistake(
                        tracked != null ? "tracked" : "overwritten",
                        "names the key column '" + name + "': a change of the key is another key");
            }
        }
        if (sequence instanceof Sequence.Column column) {
            checkKnown(mistakes, "sequence", List.of(column.name()), schema);
            if (schema.hasColumn(column.name())) {
                LogicalType.Kind kind = schema.kind(schema.ordinal(column.name()));
                if (kind != LogicalType.Kind.TIMESTAMP && kind != LogicalType.Kind.INSTANT) {
                    mistakes.mistake(
                            "sequence",
                            "column '" + column.name() + "' is of type " + kind + "; expected TIMESTAMP or INSTANT");
                }
            }
        }
        for (String name : List.of(columns.validFrom(), columns.validTo(), columns.isCurrent(), columns.operation())) {
            if (schema.hasColumn(name)) {
                mistakes.mistake(
                        "columns", "the table has a column '" + name + "' of its own: give the history's another name");
            }
        }
        mistakes.throwIfInvalid();
    }

    private static void checkKnown(
            Configuration mistakes, String option, @Nullable List<String> names, TableSchema schema) {
        if (names == null) {
            return;
        }
        for (String name : names) {
            if (!schema.hasColumn(name)) {
                mistakes.mistake(
                        option,
                        "names the column '" + name + "', which " + schema.table() + " does not have; it has "
                                + String.join(", ", schema.columnNames()));
            }
        }
    }

    /** What of this spec would make another history of the same events, or null; lateness and max-ahead may change. */
    @Nullable
    String difference(Scd2Spec other) {
        List<String> differences = new ArrayList<>();
        compare(differences, "key", key, other.key);
        compare(differences, "sequence", sequence, other.sequence);
        compare(differences, "tie-rule", tieRule, other.tieRule);
        compare(differences, "tracked", tracked, other.tracked);
        compare(differences, "overwritten", overwritten, other.overwritten);
        compare(differences, "deletes", deletes, other.deletes);
        return differences.isEmpty() ? null : String.join("; ", differences);
    }

    private static void compare(
            List<String> differences, String option, @Nullable Object mine, @Nullable Object others) {
        if (!Objects.equals(mine, others)) {
            differences.add(option + " was " + (others == null ? "not set" : others) + " and is now "
                    + (mine == null ? "not set" : mine));
        }
    }

    /** The options that {@link #fromProperties} reads this spec from. Names with commas or blanks at their ends are not supported there. */
    public Properties toProperties() {
        Properties properties = new Properties();
        setNames(properties, "key", key.isEmpty() ? null : key);
        properties.setProperty("sequence", sequenceText());
        properties.setProperty("tie-rule", kebab(tieRule));
        setNames(properties, "tracked", tracked);
        setNames(properties, "overwritten", overwritten);
        properties.setProperty("deletes", kebab(deletes));
        properties.setProperty("lateness", lateness == null ? UNLIMITED : lateness.toString());
        properties.setProperty("max-ahead", maxAhead.toString());
        properties.setProperty("valid-from-column", columns.validFrom());
        properties.setProperty("valid-to-column", columns.validTo());
        properties.setProperty("is-current-column", columns.isCurrent());
        properties.setProperty("operation-column", columns.operation());
        return properties;
    }

    private String sequenceText() {
        if (sequence instanceof Sequence.Column column) {
            return COLUMN + column.name();
        }
        return sequence instanceof Sequence.CommitTime ? "commit-time" : "source-order";
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void setNames(Properties properties, String option, @Nullable List<String> names) {
        if (names != null) {
            properties.setProperty(option, String.join(",", names));
        }
    }

    /** Options of a spec. Not safe for use by several threads. */
    public static final class Builder {
        private List<String> key = List.of();
        private Sequence sequence = Sequence.sourceOrder();
        private TieRule tieRule = TieRule.SOURCE_ORDER;
        private @Nullable List<String> tracked;
        private @Nullable List<String> overwritten;
        private DeleteMode deletes = DeleteMode.CLOSE;
        private @Nullable Duration lateness = DEFAULT_LATENESS;
        private Duration maxAhead = DEFAULT_MAX_AHEAD;
        private HistoryColumns columns = HistoryColumns.standard();

        private Builder() {}

        /** Sets the columns that identify a row, instead of the key that the table's schema tells. */
        public Builder key(String... names) {
            key = List.of(names);
            return this;
        }

        /** Sets what orders the events; by default the source order. */
        public Builder sequence(Sequence value) {
            sequence = value;
            return this;
        }

        /** Sets what decides where the sequence is the same. */
        public Builder tieRule(TieRule value) {
            tieRule = value;
            return this;
        }

        /** Names the columns whose changes open a version; the others, the key aside, are overwritten in place. */
        public Builder tracked(String... names) {
            tracked = List.of(names);
            return this;
        }

        /** Names the columns that are overwritten in place; the others, the key aside, are tracked. */
        public Builder overwritten(String... names) {
            overwritten = List.of(names);
            return this;
        }

        /** Sets what a delete leaves. */
        public Builder deletes(DeleteMode value) {
            deletes = value;
            return this;
        }

        /** Sets how late an event may be. */
        public Builder lateness(Duration value) {
            lateness = value;
            return this;
        }

        /** Accepts events however late they are, and keeps every event in the state for good. */
        public Builder unlimitedLateness() {
            lateness = null;
            return this;
        }

        /** Sets how far a sequence column may be ahead of the commit time of its event. */
        public Builder maxAhead(Duration value) {
            maxAhead = value;
            return this;
        }

        /** Sets the names of the columns that the history adds. */
        public Builder columns(HistoryColumns value) {
            columns = value;
            return this;
        }

        private void check(Configuration mistakes) {
            if (tracked != null && overwritten != null) {
                mistakes.mistake("overwritten", "excludes tracked: name the one or the other");
            }
            checkDistinct(mistakes, "key", key);
            checkDistinct(mistakes, "tracked", tracked);
            checkDistinct(mistakes, "overwritten", overwritten);
            if (lateness != null && lateness.isNegative()) {
                mistakes.mistake("lateness", "is " + lateness + "; expected zero or more, or unlimited");
            }
            if (maxAhead.isNegative()) {
                mistakes.mistake("max-ahead", "is " + maxAhead + "; expected zero or more");
            }
            List<String> added =
                    List.of(columns.validFrom(), columns.validTo(), columns.isCurrent(), columns.operation());
            checkDistinct(mistakes, "columns", added);
        }

        private static void checkDistinct(Configuration mistakes, String option, @Nullable List<String> names) {
            if (names == null) {
                return;
            }
            Set<String> twice = new TreeSet<>();
            List<String> seen = new ArrayList<>();
            for (String name : names) {
                if (name.isBlank()) {
                    mistakes.mistake(option, "holds an empty name");
                } else if (seen.contains(name)) {
                    twice.add(name);
                }
                seen.add(name);
            }
            twice.forEach(name -> mistakes.mistake(option, "names '" + name + "' twice"));
        }

        /**
         * Builds the spec.
         *
         * @throws InvalidConfiguration with every mistake
         */
        public Scd2Spec build() {
            Configuration mistakes = Configuration.of("SCD2 history");
            check(mistakes);
            mistakes.throwIfInvalid();
            return new Scd2Spec(this);
        }
    }
}
