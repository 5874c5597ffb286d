package io.cdcsdk.runtime.transform;

/**
 * Replaces values by tokens that say nothing about them. {@link KeyedTokenizer} is one that needs no store; a service that
 * keeps the values may be another.
 *
 * <p>One value must always get the same token, also after a restart, and no two values the same one: tokens stand in keys. The
 * thread that transforms calls it, and waits for it.
 */
@FunctionalInterface
public interface Tokenizer {
    /**
     * The token of a value.
     *
     * @param text the value in the form that {@link io.cdcsdk.format.ValueText} writes; a decimal without trailing zeros
     * @throws io.cdcsdk.api.Retryable if there is no token now, but may be later; any other exception makes a bad record
     */
    String tokenize(String text);
}
