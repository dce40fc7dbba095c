package com.foobar.http.balance;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one key go to one server: consistent hashing with bounded load (V. Mirrokni, M. Thorup, M. Zadimoghaddam). A
 * server that has more than {@code hash-balance-factor} percent of the mean in flight, for its weight, passes a request on to the
 * next of the ring (HAProxy's setting and rule).
 *
 * <p>A ring and not a Maglev table: a Maglev lookup is as cheap, and its shares are more even without a bound, but a server that
 * leaves moves some keys of others as well, and keeping keys where they are is what one hashes for. The unevenness that 160 points a
 * server leave (about 8 %) is what the bound takes away.
 *
 * <p>Requests without a key are spread by round robin, as in HAProxy.
 */
final class HashBalancer<T extends Candidate> implements Balancer<T> {
    private static final int POINTS = 160;

    /** Points of servers without room that are passed before the first with room is taken from the key's place in the list on. */
    private static final int STEPS = 64;

    private final List<T> owners;
    private final HashRing ring;
    private final long totalWeight;
    private final int balanceFactor;
    private final LongSupplier inFlight;
    private final VacantCandidates<T> vacant;
    private final Balancer<T> withoutKey;

    private HashBalancer(
            List<T> owners,
            HashRing ring,
            long totalWeight,
            int balanceFactor,
            LongSupplier inFlight,
            VacantCandidates<T> vacant,
            Balancer<T> withoutKey) {
        this.owners = owners;
        this.ring = ring;
        this.totalWeight = totalWeight;
        this.balanceFactor = balanceFactor;
        this.inFlight = inFlight;
        this.vacant = vacant;
        this.withoutKey = withoutKey;
    }

    /**
     * @param all servers of the backend; which of them are candidates changes
     * @param balanceFactor percent of the mean load that a server takes, above 100; or 0 for no bound
     * @param inFlight requests that all candidates together are working on
     * @param vacancies which of {@code all} have room
     */
    static <T extends Candidate> Balancing<T> among(
            List<T> all, int balanceFactor, LongSupplier inFlight, Vacancies vacancies) {
        List<T> owners = List.copyOf(all);
        IdentityHashMap<T, Integer> numbers = new IdentityHashMap<>();
        int maxWeight = 1;
        for (int i = 0; i < owners.size(); i++) {
            numbers.put(owners.get(i), i);
            maxWeight = Math.max(maxWeight, owners.get(i).weight());
        }
        String[] names = owners.stream().map(Candidate::name).toArray(String[]::new);
        int[] full = new int[names.length];
        Arrays.fill(full, POINTS);
        HashRing whole = HashRing.of(names, full);
        // Points by weight relative to the heaviest as it was at first: so that a change of one moves no keys of
        // others.
        int heaviest = maxWeight;
        Turn turn = new Turn();
        return candidates -> {
            int[] points = new int[owners.size()];
            int most = 0;
            long totalWeight = 0;
            for (T candidate : candidates) {
                int weight = candidate.weight();
                totalWeight += weight;
                int wanted = (weight * POINTS + heaviest - 1) / heaviest;
                points[numbers.get(candidate)] = Math.min(HashRing.MOST_POINTS, wanted);
                most = Math.max(most, wanted);
            }
            // One that has become heavier than the heaviest was needs points that the prepared ring does not have.
            HashRing ring = most <= POINTS ? whole.of(points) : HashRing.of(names, points);
            VacantCandidates<T> vacant = new VacantCandidates<>(owners, vacancies, candidates);
            return new HashBalancer<>(
                    owners,
                    ring,
                    totalWeight,
                    balanceFactor,
                    inFlight,
                    vacant,
                    new RoundRobinBalancer<>(candidates, vacant, turn));
        };
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        if (key == NO_KEY || ring.size() == 0) {
            return withoutKey.pick(key, except);
        }
        long slots = balanceFactor == 0 ? Long.MAX_VALUE : ((inFlight.getAsLong() + 1) * balanceFactor + 99) / 100;
        int point = ring.find(key);
        T fallback = null;
        int full = 0;
        for (int i = 0; i < ring.size(); i++) {
            T owner = owners.get(ring.owner(point));
            if (owner.isFull()) {
                if (++full == STEPS) {
                    return fallback != null ? fallback : vacant.next((int) (key >>> 33), except);
                }
            } else if (!except.contains(owner)) {
                if (!isOverBound(owner, slots) && !passes(owner, key)) {
                    return owner;
                }
                fallback = fallback == null ? owner : fallback;
            }
            point = ring.next(point);
        }
        return fallback;
    }

    private boolean isOverBound(T candidate, long slots) {
        if (slots == Long.MAX_VALUE) {
            return false;
        }
        // Rounded up: everybody may have one.
        long own = (slots * candidate.weight() + totalWeight - 1) / totalWeight;
        return candidate.inFlight() >= own;
    }

    /** One that starts slowly gets its keys back a few at a time, and each for good. */
    private boolean passes(T candidate, long key) {
        double ramp = candidate.ramp();
        return ramp < 1 && (Hash64.mix(~key) >>> 11) * 0x1.0p-53 >= ramp;
    }
}
