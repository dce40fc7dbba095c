package com.foobar.http.exchange;

/** Told of every request when it is over: for access logs and metrics. */
@FunctionalInterface
public interface RequestLog {
    RequestLog NONE = record -> {};

    /**
     * Called exactly once for each request, also when the client went away (status 499) or the head was refused, on the connection's event loop; must not block. The record and
     * the head it refers to must not be kept.
     */
    void ended(RequestRecord record);
}
