package dev.engram.index.kernel;

/** What a kernel is written for. */
public enum Instructions {
    /** Plain Java: runs everywhere. */
    SCALAR,
    /** The Vector API: needs the JVM flag {@code --add-modules jdk.incubator.vector}. */
    SIMD;

    private static final Instructions BEST = detect();

    /** The fastest that this JVM can run. */
    public static Instructions best() {
        return BEST;
    }

    private static Instructions detect() {
        // Asked before any class is touched that cannot be linked without the module.
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return present && Lanes.areFast() ? SIMD : SCALAR;
    }
}
