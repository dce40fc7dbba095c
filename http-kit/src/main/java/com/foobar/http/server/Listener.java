package com.foobar.http.server;

import io.vertx.core.Future;

/** An address that is listened on. Counts may be read from any thread. */
public interface Listener {
    /** The bound port. */
    int port();

    /** Open connections, including idle ones. */
    int connections();

    /** The most connections that were open at a time. */
    int mostConnections();

    /** Connections that were let in so far: accepted, and not refused. */
    long sessions();

    /** Connections accepted so far. */
    long accepted();

    /** Connections refused so far because as many as may be were open. */
    long refused();

    /**
     * Takes no new connection and asks the open ones to go. Completes when the last has closed; the caller bounds the wait and then calls {@link #close()}.
     */
    Future<Void> drain();

    /** Closes everything at once. */
    Future<Void> close();
}
