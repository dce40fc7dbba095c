package com.foobar.http.backend;

import java.time.Duration;
import java.time.Instant;

/**
 * State of a server at one moment.
 *
 * @param operational what the checks say
 * @param administrative what people want
 * @param drainAsked whether the server itself asks, in its answers to checks, for no new requests
 * @param ejected whether live requests failed so often that it is left alone for a while
 * @param reachable whether the last check reached it, whatever it answered
 * @param reason why it is in this operational state, for people: {@code connection refused}
 * @param since when the operational state was entered
 */
public record ServerState(
        OperationalState operational,
        AdministrativeState administrative,
        boolean drainAsked,
        boolean ejected,
        boolean reachable,
        String reason,
        Instant since) {

    /** Of a server that is not checked yet. */
    static ServerState initial(Instant now) {
        return new ServerState(
                OperationalState.DOWN, AdministrativeState.READY, false, false, false, "not checked yet", now);
    }

    /** Whether new requests may be sent: {@code UP} and {@code READY}, and neither draining by its own wish nor ejected. */
    public boolean takesRequests() {
        return operational == OperationalState.UP && isWanted() && !ejected;
    }

    /** Whether it should take requests if it can: neither people nor the server itself say otherwise. */
    public boolean isWanted() {
        return administrative == AdministrativeState.READY && !drainAsked;
    }

    /** Whether requests may come that belong to this server and no other, panic aside: draining ends with the last session, not with the first. */
    boolean takesSessions() {
        return operational == OperationalState.UP && administrative != AdministrativeState.MAINT && !ejected;
    }

    /** In HAProxy's words: {@code MAINT}, {@code DOWN}, {@code DRAIN}, {@code NOLB} (ejected), {@code UP}. */
    public String word() {
        if (administrative == AdministrativeState.MAINT) {
            return "MAINT";
        }
        if (operational == OperationalState.DOWN) {
            return "DOWN";
        }
        if (!isWanted()) {
            return "DRAIN";
        }
        return ejected ? "NOLB" : "UP";
    }

    ServerState with(OperationalState next, String why, boolean reached, Instant now) {
        return new ServerState(
                next, administrative, drainAsked, ejected, reached, why, next == operational ? since : now);
    }

    ServerState with(AdministrativeState next) {
        return new ServerState(operational, next, drainAsked, ejected, reachable, reason, since);
    }

    ServerState withDrainAsked(boolean next) {
        return new ServerState(operational, administrative, next, ejected, reachable, reason, since);
    }

    ServerState withEjected(boolean next) {
        return new ServerState(operational, administrative, drainAsked, next, reachable, reason, since);
    }

    /** Whether the other differs in more than words. */
    boolean differs(ServerState other) {
        return operational != other.operational
                || administrative != other.administrative
                || drainAsked != other.drainAsked
                || ejected != other.ejected
                || reachable != other.reachable;
    }

    /** For error texts: {@code UP}, {@code DOWN for 3s (connection refused)}, {@code UP/DRAIN}. */
    String describe(Instant now) {
        StringBuilder text = new StringBuilder().append(operational);
        if (administrative != AdministrativeState.READY) {
            text.append('/').append(administrative);
        }
        if (drainAsked) {
            text.append(" asks for drain");
        }
        if (ejected) {
            text.append(" ejected");
        }
        if (operational == OperationalState.DOWN) {
            long seconds = Duration.between(since, now).toSeconds();
            text.append(" for ").append(seconds).append("s (").append(reason).append(')');
        }
        return text.toString();
    }
}
