package com.foobar.http.balance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses one of a fixed list of candidates. A list that changes gets a new balancer ({@link Balance#over}), so that an
 * implementation needs no lock: it may be called from every event loop at once, and allocates nothing.
 *
 * @param <T> what is chosen among
 */
public interface Balancer<T extends Candidate> {
    /**
     * The candidate to use next.
     *
     * @param except candidates not to return, those that a request has tried already
     * @return null if there is no candidate beside those in {@code except}
     */
    @Nullable
    T pick(Set<? extends T> except);
}
