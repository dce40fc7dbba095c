package com.foobar.http.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws two candidates by weight and takes the better one (M. Mitzenmacher, The Power of Two Choices in Randomized Load
 * Balancing). Nearly as even as asking all of them, for the price of two, and without the herd that runs to whoever is best
 * according to news that are old already: that holds even for several load balancers that know nothing of each other.
 */
final class TwoChoicesBalancer<T extends Candidate> implements Balancer<T> {
    /** What makes one candidate better than another. */
    interface Cost<T> {
        /**
         * @param relativeWeight 1 for a candidate of the mean weight
         * @param now of the balancer's clock
         */
        double of(T candidate, double relativeWeight, long now);
    }

    /** Draws before somebody is searched for who has not been tried, or is taken though it starts slowly. */
    private static final int DRAWS = 8;

    private final List<T> candidates;
    private final VacantCandidates<T> vacant;
    private final @Nullable AliasTable table;
    private final double meanWeight;
    private final LongSupplier random;
    private final LongSupplier clock;
    private final Cost<? super T> cost;
    /** Of so many picks, on average, one takes the first draw, however costly; 0 for none. A power of 2. */
    private final int probeEvery;

    private TwoChoicesBalancer(
            List<T> all,
            VacantCandidates<T> vacant,
            LongSupplier random,
            LongSupplier clock,
            Cost<? super T> cost,
            int probeEvery) {
        List<T> chosen = new ArrayList<>(all.size());
        int[] weights = new int[all.size()];
        long total = 0;
        for (T candidate : all) {
            // Read once: it may change meanwhile.
            int weight = candidate.weight();
            if (weight > 0) {
                weights[chosen.size()] = weight;
                chosen.add(candidate);
                total += weight;
            }
        }
        this.candidates = List.copyOf(chosen);
        this.vacant = vacant;
        this.table = chosen.isEmpty() ? null : new AliasTable(Arrays.copyOf(weights, chosen.size()));
        this.meanWeight = chosen.isEmpty() ? 1 : (double) total / chosen.size();
        this.random = random;
        this.clock = clock;
        this.cost = cost;
        this.probeEvery = probeEvery;
    }

    /** The better one has fewer requests in flight for its weight; of equals the one drawn first, so that idle ones get their shares. */
    static <T extends Candidate> Balancer<T> byLoad(
            List<T> candidates, VacantCandidates<T> vacant, LongSupplier random) {
        return new TwoChoicesBalancer<>(
                candidates,
                vacant,
                random,
                () -> 0,
                (candidate, weight, now) -> candidate.inFlight() / (weight * candidate.ramp()),
                0);
    }

    /**
     * The better one has the lower latency times requests in flight for its weight, this one included. One of 64 picks looks at
     * no cost, so that everybody's latency is known, and the one who was slow is not for ever.
     */
    static <T extends Candidate> Balancer<T> byLatency(
            List<T> candidates, VacantCandidates<T> vacant, LongSupplier random) {
        return new TwoChoicesBalancer<>(
                candidates, vacant, random, System::nanoTime, TwoChoicesBalancer::latencyCost, 64);
    }

    private static double latencyCost(Candidate candidate, double weight, long now) {
        double latency = candidate.latency(now);
        int inFlight = candidate.inFlight();
        if (latency == 0 && inFlight > 0) {
            // Nobody knows yet: one request at a time finds out.
            return 1e18 + inFlight;
        }
        return latency * (1 + inFlight / (weight * candidate.ramp()));
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        AliasTable drawing = table;
        if (drawing == null) {
            return null;
        }
        for (int i = 0; i < DRAWS; i++) {
            long bits = random.getAsLong();
            int drawn = drawing.draw((int) bits);
            T first = candidates.get(drawn);
            if (first.isFull() || except.contains(first) || (i < DRAWS - 1 && passes(first))) {
                continue;
            }
            if (probeEvery > 0 && (Hash64.mix(bits) & (probeEvery - 1)) == 0) {
                return first;
            }
            int other = drawing.draw((int) (bits >>> 32));
            if (other == drawn) {
                other = drawn + 1 == candidates.size() ? 0 : drawn + 1;
            }
            T second = candidates.get(other);
            if (other == drawn || second.isFull() || except.contains(second) || passes(second)) {
                return first;
            }
            long now = clock.getAsLong();
            return cost(second, now) < cost(first, now) ? second : first;
        }
        // The least costly of a few from a random one on, of those that no draw found.
        long now = clock.getAsLong();
        return vacant.best((int) random.getAsLong(), except, DRAWS, candidate -> cost(candidate, now));
    }

    private double cost(T candidate, long now) {
        return cost.of(candidate, candidate.weight() / meanWeight, now);
    }

    private boolean passes(T candidate) {
        double ramp = candidate.ramp();
        return ramp < 1 && (random.getAsLong() >>> 11) * 0x1.0p-53 >= ramp;
    }
}
