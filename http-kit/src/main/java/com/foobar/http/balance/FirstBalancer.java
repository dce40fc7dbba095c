package com.foobar.http.balance;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first candidate in the order of the list. Callers leave out those that are full, so that the last ones are only used, and may
 * be switched off otherwise, when there is no place at the ones before them.
 */
final class FirstBalancer<T extends Candidate> implements Balancer<T> {
    private final List<T> candidates;

    FirstBalancer(List<T> candidates) {
        this.candidates =
                candidates.stream().filter(candidate -> candidate.weight() > 0).toList();
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        for (int i = 0; i < candidates.size(); i++) {
            T candidate = candidates.get(i);
            if (!except.contains(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
