package com.foobar.http.balance;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The candidate with the smallest {@code inFlight / weight}. Equals, as all idle ones are, take turns by weight: without that
 * the first of the list would get every request of a quiet hour.
 */
final class LeastConnBalancer<T extends Candidate> implements Balancer<T> {
    private final List<T> candidates;
    private final AtomicInteger turn;

    LeastConnBalancer(List<T> candidates, AtomicInteger turn) {
        this.candidates = List.copyOf(candidates);
        this.turn = turn;
    }

    @Override
    public @Nullable T pick(Set<? extends T> except) {
        T least = null;
        long leastLoad = 0;
        int leastWeight = 1;
        int weightOfEquals = 0;
        for (int i = 0; i < candidates.size(); i++) {
            T candidate = candidates.get(i);
            int weight = candidate.weight();
            if (weight == 0 || except.contains(candidate)) {
                continue;
            }
            long load = candidate.inFlight();
            // load / weight < leastLoad / leastWeight, without the division
            long difference = load * leastWeight - leastLoad * weight;
            if (least == null || difference < 0) {
                least = candidate;
                leastLoad = load;
                leastWeight = weight;
                weightOfEquals = weight;
            } else if (difference == 0) {
                weightOfEquals += weight;
            }
        }
        if (least == null || weightOfEquals == leastWeight) {
            return least;
        }
        int ticket = Math.floorMod(turn.getAndIncrement(), weightOfEquals);
        for (int i = 0; i < candidates.size(); i++) {
            T candidate = candidates.get(i);
            int weight = candidate.weight();
            if (weight == 0
                    || except.contains(candidate)
                    || (long) candidate.inFlight() * leastWeight != leastLoad * weight) {
                continue;
            }
            ticket -= weight;
            if (ticket < 0) {
                return candidate;
            }
        }
        // Loads moved between the two passes: the one found first is still a fair answer.
        return least;
    }
}
