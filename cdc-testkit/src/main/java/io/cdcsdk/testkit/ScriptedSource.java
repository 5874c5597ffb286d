package io.cdcsdk.testkit;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.EventBatch.Boundary;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A source over a {@link ScriptedOrigin}: it reads the lanes in turn, in batches of a given size, and comes to an end unless it
 * was told to wait for more. {@link Faults} make it fail where a test wants. What it was told (acknowledgements, closing) may be
 * read by any thread.
 */
public final class ScriptedSource implements Source {
    private static final long BYTES_PER_EVENT = 256;

    private final ScriptedOrigin origin;
    private final int batchSize;
    private final Set<SourceCapability> capabilities;
    private final List<TableSchema> schemas;
    private final Faults faults;
    private final Map<String, Integer> next = new LinkedHashMap<>();
    private @Nullable Lanes lanes;
    private final Set<String> halted = new HashSet<>();
    private @Nullable String failed;
    private int turn;
    private volatile Positions acknowledged = Positions.none();
    private volatile int closes;

    private ScriptedSource(Builder builder) {
        this.origin = builder.origin;
        this.batchSize = builder.batchSize;
        this.capabilities = Set.copyOf(builder.capabilities);
        this.schemas = List.copyOf(builder.schemas);
        this.faults = builder.faults;
    }

    /** A source that ends after the events of one lane. */
    public static ScriptedSource of(String lane, List<? extends ChangeEvent> events) {
        return over(new ScriptedOrigin().append(lane, events)).build();
    }

    /** Starts a source over an origin. */
    public static Builder over(ScriptedOrigin origin) {
        return new Builder(origin);
    }

    /** What has been acknowledged so far, for each lane the last position. */
    public Positions acknowledged() {
        return acknowledged;
    }

    /** How often the source has been closed. */
    public int closes() {
        return closes;
    }

    @Override
    public Set<SourceCapability> capabilities() {
        return capabilities;
    }

    @Override
    public List<TableSchema> knownSchemas() {
        return schemas;
    }

    @Override
    public void open(Lanes where) {
        faults.reach(Faults.Point.OPEN);
        lanes = where;
        claimNewLanes();
    }

    private void claimNewLanes() {
        Set<String> fresh = new TreeSet<>(origin.lanes());
        fresh.removeAll(next.keySet());
        if (fresh.isEmpty()) {
            return;
        }
        Positions resume =
                Objects.requireNonNull(lanes, "the source is not open").claim(fresh);
        Map<String, Integer> found = new LinkedHashMap<>();
        fresh.forEach(lane -> found.put(lane, origin.indexAfter(lane, resume.of(lane))));
        next.putAll(found);
    }

    @Override
    public EventBatch poll(Duration maxWait) throws InterruptedException {
        failed = null;
        faults.reach(Faults.Point.POLL);
        long deadline = System.nanoTime() + maxWait.toNanos();
        while (true) {
            int size = origin.size();
            claimNewLanes();
            EventBatch batch = nextBatch();
            if (batch != null) {
                return batch;
            }
            if (capabilities.contains(SourceCapability.FINITE)) {
                return EventBatch.endOfSource();
            }
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.toMillis() <= 0) {
                return EventBatch.idle();
            }
            origin.await(size, left);
        }
    }

    private @Nullable EventBatch nextBatch() {
        List<String> order = List.copyOf(next.keySet());
        for (int i = 0; i < order.size(); i++) {
            String lane = order.get((turn + i) % order.size());
            int from = Objects.requireNonNull(next.get(lane));
            List<ChangeEvent> slice = halted.contains(lane) ? List.of() : origin.slice(lane, from, batchSize);
            if (!slice.isEmpty()) {
                int taken = decodable(lane, slice);
                if (taken == 0) {
                    turn = (turn + i) % order.size();
                    failed = lane;
                    throw new BadRecord(message(lane, slice.get(0).position()) + ": '"
                            + origin.spoilt(lane, slice.get(0).position()) + "'");
                }
                turn = (turn + i + 1) % order.size();
                next.put(lane, from + taken);
                return batch(lane, slice, taken);
            }
        }
        return null;
    }

    /** How many of the events that a batch may hold come before one that cannot be decoded. */
    private int decodable(String lane, List<ChangeEvent> slice) {
        int most = Math.min(slice.size(), batchSize);
        for (int i = 0; i < most; i++) {
            if (origin.spoilt(lane, slice.get(i).position()) != null) {
                return i;
            }
        }
        return most;
    }

    private static String message(String lane, Position position) {
        return "the record at " + position + " of lane '" + lane + "' cannot be decoded";
    }

    private static EventBatch batch(String lane, List<ChangeEvent> slice, int taken) {
        return EventBatch.of(
                lane,
                slice.subList(0, taken),
                slice.get(taken - 1).position(),
                BYTES_PER_EVENT * taken,
                boundary(slice, taken));
    }

    private static Boundary boundary(List<ChangeEvent> slice, int taken) {
        Transaction transaction = slice.get(taken - 1).origin().transaction();
        boolean goesOn = transaction != null
                && taken < slice.size()
                && transaction.equals(slice.get(taken).origin().transaction());
        return goesOn ? Boundary.INSIDE_TRANSACTION : Boundary.TRANSACTION_END;
    }

    @Override
    public Undecodable skip() {
        String lane = takeFailed();
        int index = Objects.requireNonNull(next.get(lane));
        List<ChangeEvent> slice = origin.slice(lane, index, 1);
        Position position = slice.get(0).position();
        next.put(lane, index + 1);
        return new Undecodable(
                lane, position, boundary(slice, 1), message(lane, position), origin.spoilt(lane, position));
    }

    @Override
    public String halt() {
        String lane = takeFailed();
        halted.add(lane);
        return lane;
    }

    private String takeFailed() {
        if (!capabilities.contains(SourceCapability.SKIPS_UNDECODABLE)) {
            throw new UnsupportedOperationException("this source was not told to skip");
        }
        String lane = failed;
        if (lane == null) {
            throw new IllegalStateException("the last poll has not come to a record that cannot be decoded");
        }
        failed = null;
        return lane;
    }

    @Override
    public void acknowledge(Positions durable) {
        faults.reach(Faults.Point.ACKNOWLEDGE);
        Positions told = acknowledged;
        for (Map.Entry<String, Position> entry : durable.asMap().entrySet()) {
            told = told.with(entry.getKey(), entry.getValue());
        }
        acknowledged = told;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread closes; others only read
    public void close() {
        closes++;
    }

    /** Options of a {@link ScriptedSource}. Not safe for use by several threads. */
    public static final class Builder {
        private final ScriptedOrigin origin;
        private final Set<SourceCapability> capabilities = EnumSet.complementOf(
                EnumSet.of(SourceCapability.RESTARTS_SNAPSHOT, SourceCapability.SKIPS_UNDECODABLE));
        private int batchSize = 100;
        private List<TableSchema> schemas = List.of();
        private Faults faults = new Faults();

        private Builder(ScriptedOrigin origin) {
            this.origin = origin;
        }

        /** Sets the most events in one batch; 100 by default. */
        public Builder batchSize(int events) {
            if (events < 1) {
                throw new IllegalArgumentException("batch size " + events + " is below 1");
            }
            batchSize = events;
            return this;
        }

        /** Makes the source wait for more events at the end of its lanes, for ever. */
        public Builder endless() {
            capabilities.remove(SourceCapability.FINITE);
            return this;
        }

        /** Lets the source go on behind {@linkplain ScriptedOrigin#spoil spoilt} records, or without their lanes. */
        public Builder skipsUndecodable() {
            capabilities.add(SourceCapability.SKIPS_UNDECODABLE);
            return this;
        }

        /** Sets the schemas that are known before the source is opened; none by default. */
        public Builder knownSchemas(TableSchema... values) {
            schemas = List.of(values);
            return this;
        }

        /** Sets the faults that the source runs into. */
        public Builder faults(Faults value) {
            faults = value;
            return this;
        }

        /** Builds the source. */
        public ScriptedSource build() {
            return new ScriptedSource(this);
        }
    }
}
