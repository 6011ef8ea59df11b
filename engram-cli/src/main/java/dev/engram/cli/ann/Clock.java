package dev.engram.cli.ann;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Times in nanoseconds, each from a start of its own. */
public final class Clock {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Clock() {}

    /** On the wall. */
    public static long wall() {
        return System.nanoTime();
    }

    /** What the calling thread has spent on a processor. */
    public static long thread() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** What all threads of this process have spent, the JVM's own among them. */
    public static long process() {
        return SYSTEM.getProcessCpuTime();
    }
}
