package io.cdcsdk.api;

/** Chooses among the dead letters of one sink. */
@FunctionalInterface
public interface DeadLetterFilter {
    /** Whether a letter is chosen. */
    boolean chooses(DeadLetterRecord.Id id, DeadLetterRecord.Letter letter);

    /** All letters. */
    static DeadLetterFilter all() {
        return (id, letter) -> true;
    }

    /** Those that failed for a reason of this category, and not those behind them. */
    static DeadLetterFilter category(ErrorCategory category) {
        return (id, letter) -> letter.fault() != null && letter.fault().category() == category;
    }

    /** Those of one target. */
    static DeadLetterFilter target(String target) {
        return (id, letter) -> target.equals(letter.target());
    }

    /** Those of one lane. */
    static DeadLetterFilter lane(String lane) {
        return (id, letter) -> letter.lane().equals(lane);
    }

    /** Those that this filter chooses and another one too. */
    default DeadLetterFilter and(DeadLetterFilter other) {
        return (id, letter) -> chooses(id, letter) && other.chooses(id, letter);
    }
}
