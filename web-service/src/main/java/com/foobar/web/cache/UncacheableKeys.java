package com.foobar.web.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers for a while which keys have brought responses that cannot be stored, so that requests for them do not wait for one another and take the short way. Of fixed size: a key
 * may push out another. Safe for any number of event loops.
 */
final class UncacheableKeys {
    private static final int SLOTS = 1 << 14;
    private static final long SECONDS = 10;

    /** High half: of the key's hash; low half: until when, in seconds. */
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

    void add(String key, boolean authorization, long now) {
        long hash = hash(key, authorization);
        slots.set(slot(hash), (hash & 0xffffffff00000000L) | ((now / 1000 + SECONDS) & 0xffffffffL));
    }

    boolean contains(String key, boolean authorization, long now) {
        long hash = hash(key, authorization);
        long entry = slots.get(slot(hash));
        return (entry & 0xffffffff00000000L) == (hash & 0xffffffff00000000L)
                && (entry & 0xffffffffL) >= ((now / 1000) & 0xffffffffL);
    }

    /** Requests with {@code Authorization} are another matter: often only those cannot be stored. */
    private static long hash(String key, boolean authorization) {
        long hash = key.hashCode() * 0x9E3779B97F4A7C15L ^ key.length() * 0xC2B2AE3D27D4EB4FL;
        return authorization ? ~hash : hash;
    }

    private static int slot(long hash) {
        return (int) (hash >>> 8) & (SLOTS - 1);
    }
}
