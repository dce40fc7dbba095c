package com.foobar.http.backend;

import java.time.Clock;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A server's state, step by step: what checks, people, the server itself and live requests say of it. Thread-safe; steps are taken one after the other, and told of when they are done. */
final class ServerLifecycle {
    private final Clock clock;
    private final ServerStats stats;
    private final Runnable recovered;
    private final BiConsumer<ServerState, ServerState> changed;
    private volatile ServerState state;
    /** Time spent down before the present state; guarded by this object's lock. */
    private Duration downBefore = Duration.ZERO;
    /** Written under this object's lock. */
    private volatile boolean wasUp;

    /**
     * @param stats told how often what happened
     * @param recovered called under this object's lock when a server comes back that was known before
     * @param changed called behind a step that is a change, with the state before and after it
     */
    ServerLifecycle(Clock clock, ServerStats stats, Runnable recovered, BiConsumer<ServerState, ServerState> changed) {
        this.clock = clock;
        this.stats = stats;
        this.recovered = recovered;
        this.changed = changed;
        this.state = ServerState.initial(clock.instant());
    }

    ServerState state() {
        return state;
    }

    /** Whether it has been up at any time. */
    boolean wasUp() {
        return wasUp;
    }

    /** How long it has been down altogether, the time before the first check included. */
    synchronized Duration downtime() {
        return state.operational() == OperationalState.DOWN ? downBefore.plus(timeInState()) : downBefore;
    }

    /** How long it has been up, or down. */
    Duration timeInState() {
        return Duration.between(state.since(), clock.instant());
    }

    void checked(OperationalState operational, String reason, boolean reachable) {
        step(before -> {
            ServerState now = before.with(operational, reason, reachable, clock.instant());
            if (before.operational() == OperationalState.UP && operational == OperationalState.DOWN) {
                stats.wentDown();
            }
            if (before.operational() == OperationalState.DOWN && operational == OperationalState.UP) {
                downBefore = downBefore.plus(Duration.between(before.since(), now.since()));
                // Not at the start of this process: nothing is known to be cold then, and all would be.
                if (wasUp) {
                    recovered.run();
                }
                wasUp = true;
            }
            return now;
        });
    }

    void ordered(AdministrativeState administrative) {
        step(before -> {
            if (before.administrative() == AdministrativeState.MAINT && administrative == AdministrativeState.READY) {
                recovered.run();
            }
            return before.with(administrative);
        });
    }

    void askedDrain(boolean drain) {
        step(before -> before.withDrainAsked(drain));
    }

    void ejected() {
        step(before -> {
            if (!before.ejected()) {
                stats.ejected();
            }
            return before.withEjected(true);
        });
    }

    void readmitted() {
        step(before -> {
            if (before.ejected()) {
                recovered.run();
            }
            return before.withEjected(false);
        });
    }

    private void step(UnaryOperator<ServerState> change) {
        ServerState before;
        ServerState now;
        synchronized (this) {
            before = state;
            now = change.apply(before);
            state = now;
        }
        if (now.differs(before)) {
            changed.accept(before, now);
        }
    }
}
