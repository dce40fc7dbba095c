package com.foobar.dbrouter.pool;

/** A session, to a connection that it has used. Called on the connection's event loop. */
public interface ConnectionUser {
    /**
     * What the session has there is about to be another's or to be cleared away: the last moment to ask the connection for it.
     * Whatever is sent on it now goes before all that others send.
     */
    void letsGo(ServerConnection connection);
}
