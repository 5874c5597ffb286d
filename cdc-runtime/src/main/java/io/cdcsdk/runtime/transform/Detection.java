package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Personal data inside texts is replaced where it is found; the rest of the text stays. Goes into arrays, too. */
final class Detection implements ColumnMask {
    private final Set<PersonalData> kinds;
    private final UnaryOperator<String> replacement;
    private final boolean keepsApart;

    private Detection(Set<PersonalData> kinds, UnaryOperator<String> replacement, boolean keepsApart) {
        this.kinds = kinds;
        this.replacement = replacement;
        this.keepsApart = keepsApart;
    }

    /** Replaces what is found by a fixed text. */
    static Detection redacting(Set<PersonalData> kinds) {
        return new Detection(kinds, found -> Redaction.TEXT, false);
    }

    /** Replaces what is found by its hash, the same that a column gets which holds nothing else. */
    static Detection hashing(Set<PersonalData> kinds, KeyedHash hash) {
        return new Detection(kinds, hash::of, true);
    }

    /** Whether columns of a type may hold text. */
    static boolean searches(LogicalType type) {
        return switch (type.kind()) {
            case STRING, JSON -> true;
            case ARRAY -> searches(type.element());
            default -> false;
        };
    }

    @Override
    public String name() {
        return "detect";
    }

    @Override
    public boolean keepsApart() {
        return keepsApart;
    }

    @Override
    public void mask(Row row, int ordinal, Row.Builder masked) {
        Object value = row.reference(ordinal);
        Object replaced = replaced(row.schema().column(ordinal).type(), value);
        if (replaced == value) {
            masked.copy(ordinal, row, ordinal);
        } else if (!keepsApart && row.schema().isKey(ordinal)) {
            throw new UnmaskableValue(
                    "is part of the key and holds personal data, which redacted could make two keys one: "
                            + "hash or tokenize the column, or let detection hash");
        } else {
            masked.set(ordinal, replaced);
        }
    }

    /** The value without personal data; the same instance if there was none. */
    private Object replaced(LogicalType type, Object value) {
        return switch (type.kind()) {
            case STRING -> replaced((String) value, TextSyntax.PLAIN);
            case JSON -> replaced((String) value, TextSyntax.JSON);
            default -> replaced(type.element(), (List<?>) value);
        };
    }

    private Object replaced(LogicalType element, List<?> values) {
        boolean changed = false;
        List<@Nullable Object> result = new ArrayList<>(values.size());
        for (Object value : values) {
            Object replaced = value == null ? null : replaced(element, value);
            changed |= replaced != value;
            result.add(replaced);
        }
        return changed ? result : values;
    }

    private String replaced(String text, TextSyntax syntax) {
        List<Span> found = found(text, syntax);
        if (found.isEmpty()) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        int done = 0;
        for (Span span : found) {
            result.append(text, done, span.start()).append(replacement.apply(text.substring(span.start(), span.end())));
            done = span.end();
        }
        return result.append(text, done, text.length()).toString();
    }

    private List<Span> found(String text, TextSyntax syntax) {
        List<Span> addresses = kinds.contains(PersonalData.EMAIL_ADDRESS) ? EmailAddresses.in(text, syntax) : List.of();
        if (!kinds.contains(PersonalData.PHONE_NUMBER)) {
            return addresses;
        } else if (addresses.isEmpty()) {
            return PhoneNumbers.in(text, 0, text.length());
        }
        List<Span> found = new ArrayList<>();
        int done = 0;
        for (Span address : addresses) {
            found.addAll(PhoneNumbers.in(text, done, address.start()));
            found.add(address);
            done = address.end();
        }
        found.addAll(PhoneNumbers.in(text, done, text.length()));
        return found;
    }
}
