package com.foobar.http.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first candidate that has a place free, in the order of the list: the last ones are only used, and may be switched off
 * otherwise, when the ones before them are full. When all are full, the one that is the least so for what it takes.
 */
final class FirstBalancer<T extends Candidate> implements Balancer<T> {
    private final List<T> candidates;

    FirstBalancer(List<T> candidates) {
        this.candidates =
                candidates.stream().filter(candidate -> candidate.weight() > 0).toList();
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        T least = null;
        double leastLoad = 0;
        for (int i = 0; i < candidates.size(); i++) {
            T candidate = candidates.get(i);
            if (except.contains(candidate)) {
                continue;
            }
            double places = Math.max(1, candidate.maxconn() * candidate.ramp());
            int inFlight = candidate.inFlight();
            if (inFlight < places) {
                return candidate;
            }
            if (least == null || inFlight / places < leastLoad) {
                least = candidate;
                leastLoad = inFlight / places;
            }
        }
        return least;
    }
}
