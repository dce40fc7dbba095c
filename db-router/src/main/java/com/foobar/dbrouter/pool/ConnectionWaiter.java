package com.foobar.dbrouter.pool;

/** Who asked for a connection. Called on the event loop of the pool, exactly one of the two once, perhaps before the call returns. */
public interface ConnectionWaiter {
    /** It is the waiter's until it is released. */
    void acquired(ServerConnection connection);

    /** There is none. */
    void failed(ServerFailure failure);
}
