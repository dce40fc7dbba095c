package com.foobar.http.balance;

import java.util.Arrays;

/**
 * What the loads of many candidates were when somebody looked, in arrays beside each other, and the least of each block of them: the
 * least of a thousand is found among 32 blocks, and then among 32 of a block, without a look at a candidate. Written by all loops as
 * they come, without any order: hints, not facts. A hint that a race has made wrong lasts until the candidate is looked at next.
 */
final class LoadHints {
    private final int[] weights;
    private final float[] loads;
    private final float[] least;
    private final AliasTable blocks;
    /** Of the size of a block, a power of 2. */
    private final int shift;

    /** @param weights above 0; more than {@code size} are of no meaning */
    LoadHints(int[] weights, int size) {
        this.weights = Arrays.copyOf(weights, size);
        this.loads = new float[size];
        // About as many blocks as members of one.
        this.shift = (33 - Integer.numberOfLeadingZeros(size - 1)) / 2;
        this.least = new float[((size - 1) >> shift) + 1];
        int[] sums = new int[least.length];
        for (int i = 0; i < size; i++) {
            sums[i >> shift] += weights[i];
        }
        this.blocks = new AliasTable(sums);
    }

    float of(int number) {
        return loads[number];
    }

    /** Somebody has looked, for no other reason. */
    void refresh(int number, float load) {
        float before = loads[number];
        if (load != before) {
            loads[number] = load;
            int block = number >> shift;
            if (load < least[block]) {
                least[block] = load;
            } else if (before <= least[block]) {
                renew(block);
            }
        }
    }

    /** The same of one whose block is to be searched again. */
    void replace(int number, float load) {
        loads[number] = load;
        renew(number >> shift);
    }

    /** It has that load and one request more. */
    void add(int number, float load) {
        replace(number, load + 1f / weights[number]);
    }

    private void renew(int block) {
        float found = Float.POSITIVE_INFINITY;
        int end = Math.min(loads.length, (block + 1) << shift);
        for (int i = block << shift; i < end; i++) {
            found = Math.min(found, loads[i]);
        }
        least[block] = found;
    }

    /** The one of the least load; of equals one by weight. */
    int least(long random) {
        // Among equal blocks the search starts with one drawn by weight.
        int start = blocks.draw((int) random);
        int block = start;
        float lowest = least[start];
        // Nothing is less than nothing: among many, a free one is found at once.
        for (int i = 0; i < least.length && lowest > 0; i++) {
            if (least[i] < lowest) {
                lowest = least[i];
                block = i;
            }
        }
        return leastOf(block, (int) (random >>> 32) & Integer.MAX_VALUE);
    }

    private int leastOf(int block, int ticket) {
        int from = block << shift;
        int end = Math.min(loads.length, from + (1 << shift));
        float lowest = Float.POSITIVE_INFINITY;
        int found = from;
        int weightOfEquals = 0;
        for (int i = from; i < end; i++) {
            float load = loads[i];
            if (load < lowest) {
                lowest = load;
                found = i;
                weightOfEquals = weights[i];
            } else if (load == lowest) {
                weightOfEquals += weights[i];
            }
        }
        int left = weightOfEquals == 0 ? 0 : ticket % weightOfEquals;
        for (int i = found; i < end; i++) {
            if (loads[i] == lowest) {
                found = i;
                left -= weights[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return found;
    }
}
