package io.cdcsdk.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link DeadLetterLog} holds: events that were set aside, and what became of them. */
public sealed interface DeadLetterRecord {
    /**
     * The place of a record.
     *
     * @param session the session that appended it
     * @param index its number in the session, from 0
     */
    record Id(String session, long index) {
        public Id {
            Objects.requireNonNull(session, "session");
        }
    }

    /**
     * An event that was set aside: it failed, or an earlier event of its key did.
     *
     * @param lane the lane from which it came
     * @param position its position there
     * @param target the target to which it was to go, or null if it failed before that was known
     * @param keys what tells which other letters it must not overtake: one for a key, two for a change of key, none for a table
     *     without one
     * @param event the event as the transforms that had succeeded left it, personal data masked; null if it could not be decoded
     * @param content the record as it stands at the origin, if it could not be decoded and may be kept; null otherwise
     * @param transforms how many transforms had succeeded
     * @param chain tells those transforms, and all masks of the pipeline, from others, with which a replay is refused; null if nobody looks
     * @param fault why it failed, or null if it stands behind another letter
     * @param attempts how often it was tried
     * @param time when it was set aside
     */
    record Letter(
            String lane,
            Position position,
            @Nullable String target,
            List<String> keys,
            @Nullable ChangeEvent event,
            @Nullable String content,
            int transforms,
            @Nullable String chain,
            @Nullable Fault fault,
            int attempts,
            Instant time)
            implements DeadLetterRecord {
        public Letter {
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(position, "position");
            keys = List.copyOf(keys);
            Objects.requireNonNull(time, "time");
        }

        /** A letter without content, as its record could be decoded, that any transforms may take on. */
        public Letter(
                String lane,
                Position position,
                @Nullable String target,
                List<String> keys,
                @Nullable ChangeEvent event,
                int transforms,
                @Nullable Fault fault,
                int attempts,
                Instant time) {
            this(lane, position, target, keys, event, null, transforms, null, fault, attempts, time);
        }
    }

    /**
     * Why an event failed.
     *
     * @param category where
     * @param message what to do about it; without values of masked columns
     * @param failure the class of the exception that showed it
     */
    record Fault(ErrorCategory category, String message, String failure) {
        public Fault {
            Objects.requireNonNull(category, "category");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(failure, "failure");
        }
    }

    /**
     * Letters are about to be written to their target, in one commit that moves the cursor of the replay's lane to this number (as the
     * epoch) and session (as the path): where the cursor stands tells whether they are there. One that it does not stand at has not
     * happened, or its letters are resolved.
     */
    record Replay(long number, String target, List<Id> letters) implements DeadLetterRecord {
        public Replay {
            Objects.requireNonNull(target, "target");
            letters = List.copyOf(letters);
        }
    }

    /** Letters that are done with. */
    record Resolved(List<Id> letters, Resolution how) implements DeadLetterRecord {
        public Resolved {
            letters = List.copyOf(letters);
            Objects.requireNonNull(how, "how");
        }
    }

    /** How a letter was resolved. */
    enum Resolution {
        /** It is in its target. */
        REPLAYED,
        /** Somebody has decided to forget it. */
        DROPPED,
        /** Behind it the table was emptied, or came whole in a snapshot. */
        SUPERSEDED,
        /** The commit that would have passed it never happened: its event comes again. */
        UNCOMMITTED
    }

    /** A snapshot of their table has begun behind these letters: when it is complete, they are superseded. */
    record Outdated(List<Id> letters) implements DeadLetterRecord {
        public Outdated {
            letters = List.copyOf(letters);
        }
    }

    /**
     * A new session has taken over from others: of each, this many records count. What it appends later, as a process does that
     * was stopped and wakes up, is of no account.
     */
    record Settled(Map<String, Long> records) implements DeadLetterRecord {
        public Settled {
            records = Map.copyOf(records);
        }
    }
}
