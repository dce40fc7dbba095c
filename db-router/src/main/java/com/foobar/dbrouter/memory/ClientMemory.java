package com.foobar.dbrouter.memory;

import io.netty.util.internal.PlatformDependent;

/**
 * What all clients together may have the router keep.
 *
 * @param input commands and long data that have arrived and are not answered, outside the heap
 * @param prepared what is known of their prepared statements, in the heap
 */
public record ClientMemory(MemoryBudget input, MemoryBudget prepared) {
    /** Another third may be the copies in which long statements are read, the rest is for answers and TLS. */
    private static final int PARTS_OUTSIDE_THE_HEAP = 3;

    /** While a text is prepared, it is there up to three times more. */
    private static final int PARTS_OF_THE_HEAP = 8;

    /** @return bytes for {@link #input} where nothing else is said: a third of what the JVM may have outside its heap */
    public static long usualInput() {
        return PlatformDependent.maxDirectMemory() / PARTS_OUTSIDE_THE_HEAP;
    }

    /** @return bytes for {@link #prepared} where nothing else is said: an eighth of the heap */
    public static long usualPrepared() {
        return Runtime.getRuntime().maxMemory() / PARTS_OF_THE_HEAP;
    }
}
