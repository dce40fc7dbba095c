package com.foobar.http.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin (nginx's: weights 5, 1, 1 give a a b a c a a, not a a a a a b c), worked out once for a whole
 * cycle. A pick is then one increment and one array access, and over each cycle the shares are exact, whatever the number of
 * event loops.
 *
 * <p>Weights are read when the balancer is made.
 */
final class RoundRobinBalancer<T extends Candidate> implements Balancer<T> {
    private final List<T> cycle;
    private final AtomicInteger turn;

    RoundRobinBalancer(List<T> candidates, AtomicInteger turn) {
        this.cycle = cycle(candidates);
        this.turn = turn;
    }

    @Override
    public @Nullable T pick(Set<? extends T> except) {
        int length = cycle.size();
        if (length == 0) {
            return null;
        }
        // The counter overflows after 2^31 picks: floorMod keeps the index in range, at the price of one uneven cycle.
        int start = Math.floorMod(turn.getAndIncrement(), length);
        T next = cycle.get(start);
        if (except.isEmpty() || !except.contains(next)) {
            return next;
        }
        for (int i = 1; i < length; i++) {
            T other = cycle.get((start + i) % length);
            if (!except.contains(other)) {
                return other;
            }
        }
        return null;
    }

    /** At each step everyone gains their weight, the richest is chosen and pays the sum of all weights. */
    private static <T extends Candidate> List<T> cycle(List<T> candidates) {
        int n = candidates.size();
        int[] weights = new int[n];
        int divisor = 0;
        for (int i = 0; i < n; i++) {
            weights[i] = candidates.get(i).weight();
            divisor = gcd(divisor, weights[i]);
        }
        int length = 0;
        for (int i = 0; i < n && divisor > 0; i++) {
            weights[i] /= divisor;
            length += weights[i];
        }
        int[] credit = new int[n];
        List<T> cycle = new ArrayList<>(length);
        while (cycle.size() < length) {
            int richest = -1;
            for (int i = 0; i < n; i++) {
                credit[i] += weights[i];
                if (weights[i] > 0 && (richest < 0 || credit[i] > credit[richest])) {
                    richest = i;
                }
            }
            credit[richest] -= length;
            cycle.add(candidates.get(richest));
        }
        return List.copyOf(cycle);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
