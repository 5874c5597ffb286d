package io.cdcsdk.runtime.transform;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds e-mail addresses; see {@link PersonalData#EMAIL_ADDRESS}. Looks only at what stands around each {@code @}, so that a
 * text without one costs next to nothing.
 */
final class EmailAddresses {
    // Of the signs that RFC 5322 allows, those that stand in addresses rather than around them.
    private static final String LOCAL_SIGNS = "._%+-'!#$&*~^";
    private static final int NONE = -1;

    private final String text;
    private final TextSyntax syntax;

    private EmailAddresses(String text, TextSyntax syntax) {
        this.text = text;
        this.syntax = syntax;
    }

    /** The addresses in a text, in order. */
    static List<Span> in(String text, TextSyntax syntax) {
        int at = text.indexOf('@');
        return at < 0 ? List.of() : new EmailAddresses(text, syntax).from(at);
    }

    private List<Span> from(int first) {
        List<Span> found = new ArrayList<>();
        int least = 0;
        for (int at = first; at >= 0; at = text.indexOf('@', at + 1)) {
            int start = localPart(at, least);
            int end = start == at ? NONE : domain(at + 1);
            if (end != NONE) {
                found.add(new Span(start, end));
                least = end;
            }
        }
        return found;
    }

    /** Where the local part before an index starts; the index itself if there is none. */
    private int localPart(int at, int least) {
        int start = at;
        while (start > least) {
            int letter = syntax.letterBefore(text, start);
            if (letter == 0 && LOCAL_SIGNS.indexOf(text.charAt(start - 1)) < 0) {
                break;
            }
            start -= Math.max(1, letter);
        }
        start = Math.max(start, least);
        if (start < at) {
            start = Math.min(at, start + syntax.restOfEscapeAt(text, start));
        }
        // Quotes and bullets around an address are no part of it.
        while (start < at && text.charAt(start) != '_' && syntax.letterAt(text, start) == 0) {
            start++;
        }
        return start;
    }

    /** Where the domain that starts at an index ends, or none: it has two labels or more, the last one with two letters. */
    private int domain(int from) {
        int end = NONE;
        int label = from;
        while (true) {
            int labelEnd = label(label);
            if (labelEnd == label) {
                return end;
            }
            if (label > from) {
                int top = topLevel(label, labelEnd);
                end = top == NONE ? end : top;
            }
            if (labelEnd == text.length() || text.charAt(labelEnd) != '.') {
                return end;
            }
            label = labelEnd + 1;
        }
    }

    private int label(int from) {
        int end = from;
        while (end < text.length()) {
            int letter = syntax.letterAt(text, end);
            if (letter == 0 && text.charAt(end) != '-' && text.charAt(end) != '_') {
                break;
            }
            end += Math.max(1, letter);
        }
        return end;
    }

    /** Where a top-level domain ends within a label, or none: its leading letters, or all of it in Punycode. */
    private int topLevel(int from, int to) {
        if (text.regionMatches(true, from, "xn--", 0, "xn--".length())) {
            return to;
        }
        int end = from;
        int letters = 0;
        while (end < to && !Character.isDigit(text.charAt(end))) {
            int letter = syntax.letterAt(text, end);
            if (letter == 0) {
                break;
            }
            end += letter;
            letters++;
        }
        return letters >= 2 ? end : NONE;
    }
}
