package com.foobar.http.backend;

import java.time.Instant;

/**
 * State of a server at one moment.
 *
 * @param operational what the checks say
 * @param administrative what people want
 * @param reason why it is in this operational state, for people: {@code connection refused}
 * @param since when the operational state was entered
 */
public record ServerState(
        OperationalState operational, AdministrativeState administrative, String reason, Instant since) {

    /** Whether new requests may be sent: {@code UP} and {@code READY}. */
    public boolean takesRequests() {
        return operational == OperationalState.UP && administrative == AdministrativeState.READY;
    }

    ServerState with(OperationalState next, String why, Instant now) {
        return new ServerState(next, administrative, why, next == operational ? since : now);
    }

    ServerState with(AdministrativeState next) {
        return new ServerState(operational, next, reason, since);
    }
}
