package com.foobar.http.balance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first candidate in the order of the list that has room, so that the last ones are only used, and may be switched off otherwise, when there is no place at the ones before them.
 */
final class FirstBalancer<T extends Candidate> implements Balancer<T> {
    private final VacantCandidates<T> candidates;

    FirstBalancer(VacantCandidates<T> candidates) {
        this.candidates = candidates;
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        return candidates.next(0, except);
    }
}
