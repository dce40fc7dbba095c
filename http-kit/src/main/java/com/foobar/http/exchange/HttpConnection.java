package com.foobar.http.exchange;

/** A client's connection, as its listener sees it. */
public interface HttpConnection {
    /** Takes no more requests, and closes when those that have begun are answered. On the connection's event loop. */
    void drain();
}
