package com.foobar.http.health;

import com.foobar.http.backend.BackendServer;
import io.vertx.core.Future;

/** One way to ask a server how it is. */
@FunctionalInterface
public interface Check {
    /**
     * Asks once. To be called on an event loop, on which all of the check is done.
     *
     * @return always succeeds, within the time that the implementation was given: a server that does not answer is a failed
     *     check, not a failed future
     */
    Future<CheckResult> check(BackendServer server);

    /** Gives back what the checks hold. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }
}
