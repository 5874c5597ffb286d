package io.cdcsdk.sink.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Goes through the entries of several sorted sources in one order. */
final class MergedEntries implements Closeable {
    private final List<EntryCursor> sources;
    private final PriorityQueue<EntryCursor> waiting = new PriorityQueue<>(EntryCursor::compareTo);
    private @Nullable EntryCursor current;

    /** Starts before the first entry; takes the sources over and closes them. */
    MergedEntries(List<EntryCursor> sources) throws IOException {
        this.sources = sources;
        try {
            for (EntryCursor source : sources) {
                if (source.next()) {
                    waiting.add(source);
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    boolean next() throws IOException {
        EntryCursor last = current;
        if (last != null && last.next()) {
            EntryCursor first = waiting.peek();
            if (first == null || last.compareTo(first) <= 0) {
                return true;
            }
            waiting.add(last);
        }
        current = waiting.poll();
        return current != null;
    }

    /** The present entry; only after {@link #next} has returned true. */
    EntryCursor current() {
        if (current == null) {
            throw new IllegalStateException("there is no present entry");
        }
        return current;
    }

    @Override
    public void close() throws IOException {
        for (EntryCursor source : sources) {
            source.close();
        }
    }
}
