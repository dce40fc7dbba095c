package com.foobar.http.backend;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that waits, or has waited, for a place with a server. All but its number and waiter is guarded by the admission's lock. */
final class WaitingRequest implements Admission.Wait {
    enum State {
        /** In the queue of its session's server, or in the backend's where it has no session. */
        WAITING,
        /** A place is its own; it has been told, or will be. */
        ADMITTED,
        /** It wants none any more. */
        LEFT
    }

    private final long number;
    private final Admission.Waiter waiter;
    private State state = State.WAITING;
    private @Nullable ServerPlaces session;
    private Set<BackendServer> unwanted;

    /**
     * @param number grows with each that comes
     * @param session the server that it wants and no other, or null
     * @param unwanted servers that will not do
     */
    WaitingRequest(long number, Admission.Waiter waiter, @Nullable ServerPlaces session, Set<BackendServer> unwanted) {
        this.number = number;
        this.waiter = waiter;
        this.session = session;
        this.unwanted = Set.copyOf(unwanted);
    }

    long number() {
        return number;
    }

    Admission.Waiter waiter() {
        return waiter;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    @Nullable
    ServerPlaces session() {
        return session;
    }

    /** From now on other servers will do as well. */
    void endSession() {
        session = null;
    }

    Set<BackendServer> unwanted() {
        return unwanted;
    }

    /** From now on any server will do. */
    void contentItself() {
        unwanted = Set.of();
    }

    /** The one that came first; null for none of them. */
    static @Nullable WaitingRequest older(@Nullable WaitingRequest one, @Nullable WaitingRequest other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.number < other.number ? one : other;
    }
}
