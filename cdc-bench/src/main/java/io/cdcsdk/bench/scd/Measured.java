package io.cdcsdk.bench.scd;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one invocation did, beside its time. JMH writes it to the result. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Measured {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** How many changes it took. */
    public long changes;

    /** The bytes that the thread allocated on the heap. */
    public long allocatedBytes;

    /** The bytes of heap that a history keeps; 0 where that is not measured. */
    public long retainedBytes;

    /** Starts over; JMH creates it. */
    public Measured() {}

    void start() {
        allocatedBytes -= THREADS.getCurrentThreadAllocatedBytes();
    }

    void stop(long done) {
        allocatedBytes += THREADS.getCurrentThreadAllocatedBytes();
        changes += done;
    }

    /** The bytes of heap in use, after a collection. */
    static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
