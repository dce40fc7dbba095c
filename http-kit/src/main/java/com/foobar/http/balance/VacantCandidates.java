package com.foobar.http.balance;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Those of a balancer's candidates that have room: what it falls back on where its own way leads to full ones only. */
final class VacantCandidates<T extends Candidate> {
    /** All servers of the backend, whose numbers are those of the vacancies. */
    private final List<T> all;

    private final Vacancies vacancies;
    /** The numbers of those that may be chosen. */
    private final BitSet chosen = new BitSet();

    /** @param candidates those of {@code all} that may be chosen; of weight 0 never are */
    VacantCandidates(List<T> all, Vacancies vacancies, List<T> candidates) {
        this.all = all;
        this.vacancies = vacancies;
        IdentityHashMap<T, Integer> numbers = new IdentityHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            numbers.put(all.get(i), i);
        }
        for (T candidate : candidates) {
            Integer number = numbers.get(candidate);
            if (number == null) {
                throw new IllegalArgumentException(candidate.name() + " is none of the backend's servers");
            }
            if (candidate.weight() > 0) {
                chosen.set(number);
            }
        }
    }

    /** All of these with room. */
    static <T extends Candidate> VacantCandidates<T> allOf(List<T> candidates) {
        return new VacantCandidates<>(candidates, Vacancies.all(candidates.size()), candidates);
    }

    /** The first with room in the order of the list, from {@code number} modulo its length on; null if there is none. */
    @Nullable
    T next(int number, Set<? extends T> except) {
        return best(number, except, 1, candidate -> 0);
    }

    /**
     * The one of the least cost among those with room.
     *
     * @param number where to begin to look, modulo the length of the list
     * @param enough how many to look at
     */
    @Nullable
    T best(int number, Set<? extends T> except, int enough, ToDoubleFunction<? super T> cost) {
        if (all.isEmpty()) {
            return null;
        }
        T best = null;
        double least = 0;
        int seen = 0;
        int start = Math.floorMod(number, all.size());
        int passed = -1;
        for (int at = vacancies.next(start); at >= 0 && seen < enough; at = vacancies.next(at + 1)) {
            // How far behind the start: it grows until all have been looked at.
            int distance = at >= start ? at - start : at - start + all.size();
            if (distance <= passed) {
                break;
            }
            passed = distance;
            T candidate = all.get(at);
            if (!chosen.get(at) || candidate.isFull() || except.contains(candidate)) {
                continue;
            }
            seen++;
            double own = cost.applyAsDouble(candidate);
            if (best == null || own < least) {
                best = candidate;
                least = own;
            }
        }
        return best;
    }
}
