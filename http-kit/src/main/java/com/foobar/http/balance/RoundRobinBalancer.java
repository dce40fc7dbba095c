package com.foobar.http.balance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin (nginx's: weights 5, 1, 1 give a a b a c a a, not a a a a a b c), worked out once for a whole
 * cycle. A pick is then one increment and one array access, and over each cycle the shares are exact, whatever the number of
 * event loops.
 *
 * <p>Weights are read when the balancer is made. A server that starts slowly lets the part of its turns pass that it may not have
 * yet; they fall to the others as their weights say.
 */
final class RoundRobinBalancer<T extends Candidate> implements Balancer<T> {
    /** Up to so many candidates each has a place of its own in the making of the cycle; above, those of one weight share one. */
    private static final int SINGLE_LIMIT = 256;

    /** Turns that may pass at once; if all servers start slowly, one of them has to answer. */
    private static final int PASSES = 16;

    /** Turns of servers that are full, or were tried, that are looked at before the next one with room takes it whatever its weight. */
    private static final int STEPS = 16;

    private final List<T> cycle;
    private final VacantCandidates<T> vacant;
    private final Turn turn;

    RoundRobinBalancer(List<T> candidates, VacantCandidates<T> vacant, Turn turn) {
        this.cycle = cycle(candidates);
        this.vacant = vacant;
        this.turn = turn;
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        int length = cycle.size();
        if (length == 0) {
            return null;
        }
        // The counter overflows after 2^31 picks: floorMod keeps the index in range, at the price of one uneven cycle.
        int now = turn.next();
        int start = Math.floorMod(now, length);
        T next = cycle.get(start);
        for (int passed = 1; passed < PASSES && Turn.passes(next, now); passed++) {
            now = turn.next();
            start = Math.floorMod(now, length);
            next = cycle.get(start);
        }
        if (mayTake(next, except)) {
            return next;
        }
        for (int i = 1; i < Math.min(length, STEPS); i++) {
            T other = cycle.get((start + i) % length);
            if (mayTake(other, except)) {
                return other;
            }
        }
        return vacant.next(now, except);
    }

    private static <T extends Candidate> boolean mayTake(T candidate, Set<? extends T> except) {
        return !candidate.isFull() && (except.isEmpty() || !except.contains(candidate));
    }

    /** Candidates of one weight, each in turn. */
    private static final class Group<T> {
        private final List<T> members = new ArrayList<>(1);
        private int weight;
        private int credit;
        private int next;

        T take() {
            T taken = members.get(next);
            next = (next + 1) % members.size();
            return taken;
        }
    }

    /** At each step every group gains its weight, the richest is chosen and pays the sum of all weights. */
    private static <T extends Candidate> List<T> cycle(List<T> candidates) {
        List<Group<T>> groups = groups(candidates);
        int divisor = 0;
        for (Group<T> group : groups) {
            divisor = gcd(divisor, group.weight);
        }
        int length = 0;
        for (Group<T> group : groups) {
            // The members' weight over the divisor of all weights, for each of them.
            group.weight = group.weight / divisor * group.members.size();
            length += group.weight;
        }
        List<T> cycle = new ArrayList<>(length);
        while (cycle.size() < length) {
            Group<T> richest = groups.get(0);
            for (Group<T> group : groups) {
                group.credit += group.weight;
                if (group.credit > richest.credit) {
                    richest = group;
                }
            }
            richest.credit -= length;
            cycle.add(richest.take());
        }
        return List.copyOf(cycle);
    }

    private static <T extends Candidate> List<Group<T>> groups(List<T> candidates) {
        Map<Integer, Group<T>> groups = new LinkedHashMap<>();
        boolean single = candidates.size() <= SINGLE_LIMIT;
        for (int i = 0; i < candidates.size(); i++) {
            int weight = candidates.get(i).weight();
            if (weight > 0) {
                Group<T> group = groups.computeIfAbsent(single ? i : weight, key -> new Group<>());
                group.weight = weight;
                group.members.add(candidates.get(i));
            }
        }
        return List.copyOf(groups.values());
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
