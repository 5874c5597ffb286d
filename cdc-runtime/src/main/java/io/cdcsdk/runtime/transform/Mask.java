package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.TablePattern;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Masks personal data in the columns of a table: in the key, before, after, and the schema, wherever they go. A column that is
 * null, absent or unavailable stays so. What a value becomes depends on it and the key alone.
 *
 * <p>{@link #schema} refuses a table, with every mistake at once, if it lacks a column, if two masks want one column, or if a
 * key column would be redacted or masked in part: two keys could become one. Keys are hashed or tokenized.
 *
 * <p>A mask whose pattern matches no table masks nothing, and does not say so: test it.
 */
public final class Mask implements Transform {
    private record Rule(String column, ColumnMask mask) {}

    private final TablePattern tables;
    private final List<Rule> rules;
    private final @Nullable Detection detection;
    private final EventRewriter rewriter = new EventRewriter(this::rewrite);

    private Mask(TablePattern tables, List<Rule> rules, @Nullable Detection detection) {
        this.tables = tables;
        this.rules = rules;
        this.detection = detection;
    }

    /**
     * Starts without masks for some tables.
     *
     * @param pattern a pattern of the form that {@link TablePattern} reads
     * @throws io.cdcsdk.api.InvalidConfiguration if the pattern is empty
     */
    public static Mask table(String pattern) {
        return new Mask(Arguments.table("mask", pattern), List.of(), null);
    }

    /** Redacts columns: a string becomes {@code ***}, a value of any other type null, and its column nullable. */
    public Mask redact(String... columns) {
        Mask mask = this;
        for (String column : columns) {
            mask = mask.with(column, new Redaction());
        }
        return mask;
    }

    /**
     * Replaces the values of a column by a keyed hash: HMAC-SHA256 in 64 hexadecimal digits, of the text that {@link
     * io.cdcsdk.format.ValueText} writes, decimals without trailing zeros. The column becomes a string. Values with one text
     * have one hash whatever their type, so that columns can still be joined: 1 and "1", 1.0 and 1.00.
     */
    public Mask hash(String column, MaskingKey key) {
        return with(column, new KeyedHash(key));
    }

    /**
     * Replaces all but the last characters of a string column by {@code *}. A value that is not longer is masked entirely.
     *
     * @param kept the number of characters to keep, 1 or more
     * @throws io.cdcsdk.api.InvalidConfiguration if the number is below 1
     */
    public Mask partial(String column, int kept) {
        Arguments.require(
                kept >= 1, "mask", "partial", "keeps " + kept + " characters of '" + column + "'; expected 1 or more");
        return with(column, new PartialMask(kept));
    }

    /** Replaces the values of a column by tokens; the column becomes a string. */
    public Mask tokenize(String column, Tokenizer tokenizer) {
        return with(column, new Tokenization(Objects.requireNonNull(tokenizer, "tokenizer")));
    }

    /**
     * Replaces personal data inside the texts of all string and JSON columns, and arrays of them, that no other mask wants, by
     * {@code ***}. If any is found in a key column, the event is a {@link io.cdcsdk.api.BadRecord}. Takes the place of any
     * detection asked for before.
     */
    public Mask detectAndRedact(PersonalData first, PersonalData... others) {
        return new Mask(tables, rules, Detection.redacting(EnumSet.of(first, others)));
    }

    /**
     * Replaces personal data inside the texts of all string and JSON columns, and arrays of them, that no other mask wants, by
     * the same hash that {@link #hash} makes. Takes the place of any detection asked for before.
     */
    public Mask detectAndHash(MaskingKey key, PersonalData first, PersonalData... others) {
        return new Mask(tables, rules, Detection.hashing(EnumSet.of(first, others), new KeyedHash(key)));
    }

    /** The tables, and how which columns are masked; without keys. */
    @Override
    public String toString() {
        return "Mask of " + tables + " "
                + rules.stream()
                        .map(rule ->
                                rule.column() + " by " + rule.mask().getClass().getSimpleName())
                        .toList()
                + (detection == null ? "" : " and what is found");
    }

    /**
     * Whether masking an event in front of another transform hides all that masking it behind that one does: the mask finds the table
     * and the columns that it names there too. Of an application's transform only the table is looked at.
     *
     * @param other the transform, any
     * @param before the schema of the event in front of it
     * @param behind the schema of the event behind it
     */
    public boolean mayPrecede(Transform other, TableSchema before, TableSchema behind) {
        if (!tables.matches(behind.table())) {
            return true;
        }
        return tables.matches(before.table())
                && !(other instanceof Project project
                        && rules.stream().anyMatch(rule -> project.isNewName(before, rule.column)));
    }

    private Mask with(String column, ColumnMask mask) {
        Rule rule = new Rule(Objects.requireNonNull(column, "column"), mask);
        return new Mask(tables, Arguments.append(rules, rule), detection);
    }

    @Override
    public TableSchema schema(TableSchema schema) {
        return rewriter.schema(schema);
    }

    @Override
    public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        return rewriter.apply(event);
    }

    private RowRewrite rewrite(TableSchema schema) {
        if (!tables.matches(schema.table())) {
            return new RowRewrite.Unchanged(schema);
        }
        @Nullable ColumnMask[] masks = masks(schema);
        TableSchema.Builder builder = TableSchema.builder(schema.table()).version(schema.version());
        boolean masked = false;
        for (int i = 0; i < masks.length; i++) {
            ColumnMask mask = masks[i];
            Column column = schema.column(i);
            builder.column(mask == null ? column : mask.masked(column));
            masked |= mask != null;
        }
        if (!masked) {
            return new RowRewrite.Unchanged(schema);
        }
        TableSchema result = builder.key(schema.keyNames()).build();
        return new MaskedRows(result.equals(schema) ? schema : result, masks);
    }

    /** The mask of each column, null for those that go through. */
    private @Nullable ColumnMask[] masks(TableSchema schema) {
        SchemaMistakes mistakes = new SchemaMistakes("mask", schema);
        @Nullable ColumnMask[] masks = new ColumnMask[schema.size()];
        Set<String> taken = new HashSet<>();
        for (Rule rule : rules) {
            ColumnMask mask = rule.mask;
            if (!taken.add(rule.column)) {
                mistakes.add(mask.name(), "the column '" + rule.column + "' has a mask already");
            } else if (mistakes.requireColumn(mask.name(), rule.column)) {
                int ordinal = schema.ordinal(rule.column);
                check(mask, schema, ordinal, mistakes);
                masks[ordinal] = mask;
            }
        }
        mistakes.throwIfAny();
        for (int i = 0; i < masks.length; i++) {
            if (masks[i] == null && Detection.searches(schema.column(i).type())) {
                masks[i] = detection;
            }
        }
        return masks;
    }

    private static void check(ColumnMask mask, TableSchema schema, int ordinal, SchemaMistakes mistakes) {
        Column column = schema.column(ordinal);
        String objection = mask.objection(column);
        if (objection != null) {
            mistakes.add(mask.name(), objection);
        }
        if (schema.isKey(ordinal) && !mask.keepsApart()) {
            mistakes.add(
                    mask.name(),
                    "the column '" + column.name()
                            + "' is part of the key, and two keys could become one: hash or tokenize it");
        }
    }
}
