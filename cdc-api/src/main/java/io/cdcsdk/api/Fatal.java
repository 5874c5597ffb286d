package io.cdcsdk.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nothing that the pipeline can do will help: stop, and let a person read the message. */
public non-sealed class Fatal extends CdcException {
    private static final long serialVersionUID = 1L;

    private final @Nullable ErrorCategory category;

    /** A failure without a cause of its own. */
    public Fatal(String message) {
        this(message, null);
    }

    /** A failure of a category. */
    public Fatal(ErrorCategory category, String message) {
        super(message, null);
        this.category = Objects.requireNonNull(category, "category");
    }

    /** A failure with the exception that caused it. */
    public Fatal(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.category = null;
    }

    /** Where it went wrong, or null if the place where it was thrown says it. */
    public @Nullable ErrorCategory category() {
        return category;
    }
}
