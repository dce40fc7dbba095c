package com.foobar.http.balance;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Draws an index by weight in constant time (A. J. Walker's alias method, in M. D. Vose's form): every column of a table holds
 * its own index up to a threshold, and one other index above it.
 */
final class AliasTable {
    private final int size;
    /** Out of 2^32, as long as the draw is below that. */
    private final long[] thresholds;

    private final int[] aliases;

    /** @param weights above 0, one at least */
    AliasTable(int[] weights) {
        size = weights.length;
        thresholds = new long[size];
        aliases = new int[size];
        long total = 0;
        for (int weight : weights) {
            total += weight;
        }
        double[] scaled = new double[size];
        Deque<Integer> small = new ArrayDeque<>();
        Deque<Integer> large = new ArrayDeque<>();
        for (int i = 0; i < size; i++) {
            scaled[i] = (double) weights[i] * size / total;
            (scaled[i] < 1 ? small : large).push(i);
        }
        while (!small.isEmpty() && !large.isEmpty()) {
            int less = small.pop();
            int more = large.peek();
            thresholds[less] = (long) (scaled[less] * (1L << 32));
            aliases[less] = more;
            scaled[more] -= 1 - scaled[less];
            if (scaled[more] < 1) {
                small.push(large.pop());
            }
        }
        // What is left has all of its column, but for rounding.
        small.forEach(this::fill);
        large.forEach(this::fill);
    }

    private void fill(int index) {
        thresholds[index] = 1L << 32;
        aliases[index] = index;
    }

    /** The index that belongs to a random number of 32 bits. */
    int draw(int random) {
        long product = (random & 0xffffffffL) * size;
        int column = (int) (product >>> 32);
        return (product & 0xffffffffL) < thresholds[column] ? column : aliases[column];
    }
}
