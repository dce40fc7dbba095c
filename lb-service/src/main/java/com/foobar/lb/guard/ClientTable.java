package com.foobar.lb.guard;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * What clients have used of their limits: a token bucket and a number of uses that have not ended, for each. Of fixed size however many clients there are: a place is looked for among
 * a few, and where none is free the client is forgotten whose bucket will be full first. Nobody who uses something is forgotten; where all of them do, a newcomer is let in uncounted.
 * For all event loops; each call holds one of several locks for the time of a few comparisons.
 *
 * <p>The bucket is kept as one number, the time at which it will be full (GCRA, ITU-T I.371).
 */
final class ClientTable {
    private static final int WAYS = 8;
    private static final int LOCKS = 256;

    /** What becomes of a request to use something. */
    enum Verdict {
        /** And counted, until it is {@linkplain #release ended}. */
        ADMITTED,
        /** Let in as there was no place to count it: its end is nobody's business. */
        UNCOUNTED,
        TOO_OFTEN,
        TOO_MANY
    }

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final LongSupplier clock;
    private final long origin;
    private final long interval;
    private final long tolerance;
    private final int limit;
    private final int sets;
    private final Object[] locks = new Object[LOCKS];
    /** 0 where the place is free. */
    private final long[] keys;
    /** When each bucket is full again, in nanoseconds since the origin. */
    private final long[] full;

    private final int[] uses;

    /**
     * @param clients that are remembered
     * @param perSecond tokens that a bucket regains in a second; 0 for no limit
     * @param burst tokens of a full bucket
     * @param limit of uses at the same time; 0 for none
     * @param clock nanoseconds from any origin
     */
    ClientTable(int clients, int perSecond, int burst, int limit, LongSupplier clock) {
        this.clock = clock;
        this.origin = clock.getAsLong();
        this.interval = perSecond == 0 ? 0 : 1_000_000_000L / perSecond;
        this.tolerance = interval * (burst - 1);
        this.limit = limit;
        this.sets = Math.max(1, (clients + WAYS - 1) / WAYS);
        this.keys = new long[sets * WAYS];
        this.full = new long[sets * WAYS];
        this.uses = new int[sets * WAYS];
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** Begins a use, which takes a token. One that is {@link Verdict#ADMITTED} must be {@linkplain #release ended}, and no other. */
    Verdict admit(long key) {
        long now = clock.getAsLong() - origin;
        int set = set(key);
        synchronized (locks[set % LOCKS]) {
            int place = place(set, key, now);
            if (place < 0) {
                return Verdict.UNCOUNTED;
            }
            if (limit > 0 && uses[place] >= limit) {
                return Verdict.TOO_MANY;
            }
            long at = Math.max(full[place], now);
            if (at - now > tolerance && interval > 0) {
                return Verdict.TOO_OFTEN;
            }
            full[place] = at + interval;
            uses[place]++;
            return Verdict.ADMITTED;
        }
    }

    /** Ends a use that was counted. */
    void release(long key) {
        int set = set(key);
        synchronized (locks[set % LOCKS]) {
            for (int place = set * WAYS; place < (set + 1) * WAYS; place++) {
                if (keys[place] == key && uses[place] > 0) {
                    uses[place]--;
                    return;
                }
            }
        }
    }

    /** How long until that client has a token, in whole seconds, one at least. */
    int retryAfterSeconds(long key) {
        long now = clock.getAsLong() - origin;
        int set = set(key);
        synchronized (locks[set % LOCKS]) {
            for (int place = set * WAYS; place < (set + 1) * WAYS; place++) {
                if (keys[place] == key) {
                    long wait = full[place] - tolerance - now;
                    return (int) Math.max(1, (wait + 999_999_999) / 1_000_000_000);
                }
            }
        }
        return 1;
    }

    /** The place of that client, new if need be, or -1 where all are in use. */
    private int place(int set, long key, long now) {
        int oldest = -1;
        for (int place = set * WAYS; place < (set + 1) * WAYS; place++) {
            if (keys[place] == key) {
                return place;
            }
            if (uses[place] == 0 && (oldest < 0 || full[place] < full[oldest])) {
                oldest = place;
            }
        }
        if (oldest >= 0) {
            keys[oldest] = key;
            full[oldest] = now;
        }
        return oldest;
    }

    private int set(long key) {
        long hash = (key ^ seed) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 32;
        hash *= 0xD6E8FEB86659FD93L;
        return (int) Math.floorMod(hash ^ (hash >>> 32), (long) sets);
    }
}
