package com.foobar.http.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The candidate with the smallest {@code inFlight / weight}. Equals, as all idle ones are, take turns by weight: without that
 * the first of the list would get every request of a quiet hour.
 *
 * <p>Up to 64 candidates are all asked. More lie in blocks of 8, of which the least load is remembered. A pick asks all members
 * of the block that promises most, and of one more block, another one each time; if the promise was not kept, the next best block
 * is asked, three at most. So a pick never acts on news of a server that are older than one pick for each block, and costs little
 * however many servers there are.
 */
final class LeastConnBalancer<T extends Candidate> implements Balancer<T> {
    private static final int EXACT = 64;
    private static final int BLOCK = 8;
    private static final int PROMISES = 3;

    private final List<T> candidates;
    private final VacantCandidates<T> vacant;
    private final Turn turn;
    /** For each block the least load of a member when it was asked last. Written by all loops as they come: hints, not facts. */
    private final float[] promises;

    private final @Nullable AliasTable blocks;

    LeastConnBalancer(List<T> all, VacantCandidates<T> vacant, Turn turn) {
        List<T> chosen = new ArrayList<>(all.size());
        int[] weights = new int[all.size() / BLOCK + 1];
        for (T candidate : all) {
            // Read once: it may change meanwhile.
            int weight = candidate.weight();
            if (weight > 0) {
                weights[chosen.size() / BLOCK] += weight;
                chosen.add(candidate);
            }
        }
        this.candidates = List.copyOf(chosen);
        this.vacant = vacant;
        this.turn = turn;
        int count = chosen.size() <= EXACT ? 0 : (chosen.size() + BLOCK - 1) / BLOCK;
        this.promises = new float[count];
        this.blocks = count == 0 ? null : new AliasTable(Arrays.copyOf(weights, count));
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        AliasTable drawing = blocks;
        int now = turn.next();
        T picked = drawing == null ? least(0, candidates.size(), now, except) : pickFromBlocks(drawing, now, except);
        // Where no other way has found one: all of them start slowly, or most are full or have been tried.
        return picked != null ? picked : vacant.best(0, except, Integer.MAX_VALUE, LeastConnBalancer::load);
    }

    private @Nullable T pickFromBlocks(AliasTable drawing, int now, Set<? extends T> except) {
        long random = Hash64.mix(now);
        int refreshed = Math.floorMod(now, promises.length);
        promises[refreshed] = (float) leastLoad(refreshed);
        // Among blocks that promise the same, the search starts with one drawn by weight.
        int start = drawing.draw((int) random);
        T best = null;
        float bestLoad = Float.POSITIVE_INFINITY;
        for (int i = 0; i < PROMISES; i++) {
            int block = mostPromising(start);
            float promise = promises[block];
            if (promise >= bestLoad) {
                return best;
            }
            T found = least(
                    block * BLOCK,
                    Math.min(candidates.size(), (block + 1) * BLOCK),
                    (int) (random >>> 32) & Integer.MAX_VALUE,
                    except);
            float load = found == null ? Float.POSITIVE_INFINITY : (float) load(found);
            if (load <= promise) {
                // Kept, and nobody promised more.
                return found;
            }
            promises[block] = load;
            if (load < bestLoad) {
                best = found;
                bestLoad = load;
            }
        }
        return best;
    }

    private int mostPromising(int start) {
        int best = start;
        float least = promises[start];
        // Nothing is less than nothing: among many, a free server is found at once.
        for (int i = 0; i < promises.length && least > 0; i++) {
            if (promises[i] < least) {
                least = promises[i];
                best = i;
            }
        }
        return best;
    }

    private double leastLoad(int block) {
        double least = Double.POSITIVE_INFINITY;
        int end = Math.min(candidates.size(), (block + 1) * BLOCK);
        for (int i = block * BLOCK; i < end; i++) {
            least = Math.min(least, load(candidates.get(i)));
        }
        return least;
    }

    /** Quotients of different whole numbers of this size are different as doubles, and of equal ratio are the same. */
    private static double load(Candidate candidate) {
        if (candidate.isFull()) {
            return Double.POSITIVE_INFINITY;
        }
        double share = candidate.weight() * candidate.ramp();
        return share > 0 ? candidate.inFlight() / share : Double.POSITIVE_INFINITY;
    }

    /**
     * Of 64 candidates at most. One that starts slowly is looked at in a part of the picks only: as it is idle, it would get all of
     * them.
     *
     * @param ticket says which of several equals; if it grows by one each time they get exact shares
     */
    private @Nullable T least(int from, int to, int ticket, Set<? extends T> except) {
        double leastLoad = Double.POSITIVE_INFINITY;
        // A bit for each of those that have the least load, so that they need not be asked again.
        long equals = 0;
        int weightOfEquals = 0;
        for (int i = from; i < to; i++) {
            T candidate = candidates.get(i);
            double load = load(candidate);
            if (load == Double.POSITIVE_INFINITY
                    || load > leastLoad
                    || except.contains(candidate)
                    || Turn.passes(candidate, ticket)) {
                continue;
            }
            long bit = 1L << (i - from);
            if (load < leastLoad) {
                leastLoad = load;
                equals = bit;
                weightOfEquals = candidate.weight();
            } else {
                equals |= bit;
                weightOfEquals += candidate.weight();
            }
        }
        if (equals == 0) {
            return null;
        }
        int left = weightOfEquals == 0 ? 0 : Math.floorMod(ticket, weightOfEquals);
        T found = candidates.get(from + Long.numberOfTrailingZeros(equals));
        for (long rest = equals & (equals - 1); rest != 0; rest &= rest - 1) {
            left -= found.weight();
            if (left < 0) {
                return found;
            }
            found = candidates.get(from + Long.numberOfTrailingZeros(rest));
        }
        return found;
    }
}
