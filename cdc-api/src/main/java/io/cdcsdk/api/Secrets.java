package io.cdcsdk.api;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hides secrets in what people read: the user info of a URL, and what is assigned to a name such as {@code password}. It is a net
 * below those who write messages, and knows no more than these forms.
 */
final class Secrets {
    private static final String HIDDEN = "***";
    private static final String NAMES =
            "(?:password|passwd|passphrase|pwd|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key)";
    private static final Pattern NAME = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);
    // With one slash, too: that is what a path makes of a URL.
    private static final Pattern USER_INFO = Pattern.compile("(?<=[A-Za-z0-9]:/{1,2})[^/\\s'\"]+@");
    private static final Pattern ORACLE_LOGIN =
            Pattern.compile("(?<=jdbc:oracle:[a-z]{1,8}:)[^@\\s'\"]+@", Pattern.CASE_INSENSITIVE);
    private static final Pattern ASSIGNED = Pattern.compile(
            "(" + NAMES
                    + "[\\w.-]{0,40}(?:\\s{0,3}=\\s{0,3}|\"\\s{0,3}:\\s{0,3}))(?:\"[^\"]*\"|'[^']*'|[^\\s&;,)}\\]'\"]+)",
            Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** Whether an option of this name holds a secret. */
    static boolean isNamed(String option) {
        return NAME.matcher(option).find();
    }

    /** A text without its secrets. */
    static String hidden(@Nullable String text) {
        if (text == null) {
            return String.valueOf(text);
        }
        String result = USER_INFO.matcher(text).replaceAll(HIDDEN + "@");
        result = ORACLE_LOGIN.matcher(result).replaceAll(HIDDEN + "@");
        return ASSIGNED.matcher(result).replaceAll("$1" + HIDDEN);
    }

    /** The same exception; if it or one that belongs to it shows a secret, a copy that tells its class and does not. */
    static @Nullable Throwable hidden(@Nullable Throwable failure) {
        if (failure == null || !shows(failure, Collections.newSetFromMap(new IdentityHashMap<>()))) {
            return failure;
        }
        return copy(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static boolean shows(Throwable failure, Set<Throwable> seen) {
        if (!seen.add(failure)) {
            return false;
        }
        String text = failure.toString();
        if (!text.equals(hidden(text))) {
            return true;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (shows(suppressed, seen)) {
                return true;
            }
        }
        Throwable cause = failure.getCause();
        return cause != null && shows(cause, seen);
    }

    private static Throwable copy(Throwable failure, Set<Throwable> seen) {
        seen.add(failure);
        Throwable cause = failure.getCause();
        Copy copy =
                new Copy(hidden(failure.toString()), cause == null || seen.contains(cause) ? null : copy(cause, seen));
        copy.setStackTrace(failure.getStackTrace());
        for (Throwable suppressed : failure.getSuppressed()) {
            if (!seen.contains(suppressed)) {
                copy.addSuppressed(copy(suppressed, seen));
            }
        }
        return copy;
    }

    /** Stands for an exception whose message shows a secret. */
    private static final class Copy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Copy(String text, @Nullable Throwable cause) {
            super(text, cause);
        }

        /** The class and the message of the exception that it stands for. */
        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
