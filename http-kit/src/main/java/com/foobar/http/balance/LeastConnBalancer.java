package com.foobar.http.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The candidate with the smallest {@code inFlight / weight}. Equals, as all idle ones are, take turns by weight: without that
 * the first of the list would get every request of a quiet hour.
 *
 * <p>Up to 64 candidates are all asked. Of more {@link LoadHints} remember what their loads were: a pick asks the one that is
 * remembered as the least loaded, and if it is not any more, the next, three at most; and a few others, in turn, whose requests
 * have ended meanwhile. So a pick never acts on news that are older than a quarter of a pick for each candidate, and asks seven
 * however many there are.
 */
final class LeastConnBalancer<T extends Candidate> implements Balancer<T> {
    private static final int EXACT = 64;
    private static final int REFRESHED = 4;
    private static final int PROMISES = 3;

    private final List<T> candidates;
    private final VacantCandidates<T> vacant;
    private final Turn turn;
    /** Null where all are asked. */
    private final @Nullable LoadHints hints;

    LeastConnBalancer(List<T> all, VacantCandidates<T> vacant, Turn turn) {
        List<T> chosen = new ArrayList<>(all.size());
        int[] weights = new int[all.size()];
        for (T candidate : all) {
            // Read once: it may change meanwhile.
            int weight = candidate.weight();
            if (weight > 0) {
                weights[chosen.size()] = weight;
                chosen.add(candidate);
            }
        }
        this.candidates = List.copyOf(chosen);
        this.vacant = vacant;
        this.turn = turn;
        this.hints = chosen.size() <= EXACT ? null : new LoadHints(weights, chosen.size());
    }

    @Override
    public @Nullable T pick(long key, Set<? extends T> except) {
        LoadHints remembered = hints;
        int now = turn.next();
        T picked = remembered == null ? least(now, except) : leastRemembered(remembered, now, except);
        // Where no other way has found one: all of them start slowly, or most are full or have been tried.
        return picked != null ? picked : vacant.best(0, except, Integer.MAX_VALUE, LeastConnBalancer::load);
    }

    private @Nullable T leastRemembered(LoadHints remembered, int now, Set<? extends T> except) {
        long random = Hash64.mix(now);
        int size = candidates.size();
        int refreshed = (int) (Integer.toUnsignedLong(now) * REFRESHED % size);
        for (int i = 0; i < REFRESHED; i++) {
            remembered.refresh(refreshed, (float) load(candidates.get(refreshed)));
            refreshed = refreshed + 1 == size ? 0 : refreshed + 1;
        }
        T best = null;
        float bestLoad = Float.POSITIVE_INFINITY;
        for (int i = 0; i < PROMISES; i++) {
            int found = remembered.least(random);
            float promise = remembered.of(found);
            if (promise >= bestLoad) {
                break;
            }
            T candidate = candidates.get(found);
            float load = (float) load(candidate);
            if (except.contains(candidate) || Turn.passes(candidate, now)) {
                // As if it had got the request.
                remembered.add(found, load);
                continue;
            }
            if (load <= promise && load < Float.POSITIVE_INFINITY) {
                // Kept, and nobody promised more.
                return candidate;
            }
            remembered.replace(found, load);
            if (load < bestLoad) {
                best = candidate;
                bestLoad = load;
            }
        }
        return best;
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
    private @Nullable T least(int ticket, Set<? extends T> except) {
        double leastLoad = Double.POSITIVE_INFINITY;
        // A bit for each of those that have the least load, so that they need not be asked again.
        long equals = 0;
        int weightOfEquals = 0;
        for (int i = 0; i < candidates.size(); i++) {
            T candidate = candidates.get(i);
            double load = load(candidate);
            if (load == Double.POSITIVE_INFINITY
                    || load > leastLoad
                    || except.contains(candidate)
                    || Turn.passes(candidate, ticket)) {
                continue;
            }
            long bit = 1L << i;
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
        T found = candidates.get(Long.numberOfTrailingZeros(equals));
        for (long rest = equals & (equals - 1); rest != 0; rest &= rest - 1) {
            left -= found.weight();
            if (left < 0) {
                return found;
            }
            found = candidates.get(Long.numberOfTrailingZeros(rest));
        }
        return found;
    }
}
