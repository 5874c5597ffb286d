package io.cdcsdk.bench;

import com.sun.management.ThreadMXBean;
import io.cdcsdk.api.Positions;
import io.cdcsdk.runtime.PipelineListener;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Adds up the bytes that threads allocate, also those of a pipeline, which end with it. */
final class Allocations implements PipelineListener {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Map<Long, Long> byThread = new ConcurrentHashMap<>();

    /** The bytes that the calling thread has allocated since it started. */
    static long ofThisThread() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    private void note() {
        byThread.put(Thread.currentThread().getId(), ofThisThread());
    }

    /** The last thing a sink's thread does is its last commit. */
    @Override
    public void committed(Committed committed) {
        note();
    }

    /** The last thing a reader's thread does is its last acknowledgement. */
    @Override
    public void acknowledged(Positions durable) {
        note();
    }

    long total() {
        return byThread.values().stream().mapToLong(Long::longValue).sum();
    }
}
