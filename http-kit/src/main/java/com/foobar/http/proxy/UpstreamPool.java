package com.foobar.http.proxy;

import com.foobar.http.exchange.ClientConnection;

/** The connections of one event loop to one server. Belongs to its event loop, but for what says otherwise. */
interface UpstreamPool {
    /** For {@link #acquire}: any connection, as the request can be sent again. */
    long ANY = Long.MAX_VALUE;

    /** For {@link #acquire}: no connection of which it is not certain that the server is still there. */
    long NEW_ONLY = 0;

    /** A request that wants to be sent. */
    interface Waiter {
        void connected(UpstreamExchange exchange);

        void connectFailed(String reason);

        /** Whether the connection is not wanted any more. */
        boolean cancelled();

        /** Whom it is for. */
        ClientConnection client();
    }

    /**
     * Gets a place on a connection to the waiter, perhaps before this returns.
     *
     * @param maxIdleNanos how long nothing may have been heard from the server on it; {@link #ANY}, or {@link #NEW_ONLY} for a connection that is certainly alive. One that the server
     *     is known to have closed is given to nobody; but for {@link #ANY}, it is worth asking
     */
    void acquire(Waiter waiter, long maxIdleNanos);

    /** The waiter wants no connection any more: it is not told of one, and none is opened for it alone. */
    void leave(Waiter waiter);

    /** Connections that no request uses; from any thread. */
    int idle();

    /** Whether a connection is idle that others need the room of; from any thread. */
    boolean hasIdle();

    /** Closes the connection that has been idle for longest; from any thread. */
    void closeOldest();

    /** The server answers checks no more: tells the requests that wait for it, and closes idle connections; from any thread. */
    void unanswering();

    /** Closes idle connections now, and the others when they have nothing more to do. */
    void close();
}
