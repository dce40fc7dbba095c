package com.foobar.http.balance;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which candidates of a fixed list have room for one more request: a bit for each, so that one of few with room is found among thousands by looking at a few words, and that nobody has
 * any by looking at one. Thread-safe; reading takes no lock.
 */
public final class Vacancies {
    private final int size;
    private final AtomicLongArray words;
    /** The bits that are set, but for one that is being changed; written under this object's lock. */
    private volatile int count;

    /** Of a list of that many, none with room. */
    public Vacancies(int size) {
        this.size = size;
        this.words = new AtomicLongArray((size + 63) / 64);
    }

    /** Of a list of that many, all with room. */
    public static Vacancies all(int size) {
        Vacancies all = new Vacancies(size);
        for (int i = 0; i < size; i++) {
            all.set(i, true);
        }
        return all;
    }

    /** Whether nobody has room. */
    public boolean none() {
        return count == 0;
    }

    /** Says whether a candidate has room. */
    public synchronized void set(int number, boolean vacant) {
        int at = number >>> 6;
        long bit = 1L << number;
        long word = words.get(at);
        if (((word & bit) != 0) != vacant) {
            words.set(at, word ^ bit);
            count = count + (vacant ? 1 : -1);
        }
    }

    /** The first with room from that number on, and then from 0 on; -1 if there is none. */
    int next(int from) {
        if (from >= size) {
            return from == 0 ? -1 : next(0);
        }
        int start = from >>> 6;
        long word = words.get(start) & -1L << from;
        for (int i = start; ; ) {
            if (word != 0) {
                return (i << 6) + Long.numberOfTrailingZeros(word);
            }
            i = i + 1 == words.length() ? 0 : i + 1;
            word = words.get(i);
            if (i == start) {
                // Behind the start nobody had room.
                word &= ~(-1L << from);
                return word == 0 ? -1 : (i << 6) + Long.numberOfTrailingZeros(word);
            }
        }
    }
}
