package com.foobar.http.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * The HTTP/2 connections of one event loop to one server. The oldest one with room is given a request, so that superfluous ones grow idle and are closed; another one is opened when all
 * have as many as they may.
 */
final class Http2UpstreamPool implements UpstreamPool {
    private final UpstreamConnector connector;
    private final ServerConnections connections;
    private final ProxySettings settings;
    /** Those that take requests, or soon will. */
    private final List<Http2UpstreamConnection> open = new ArrayList<>(1);

    /** How many of them no request uses, for other threads. */
    private volatile int idle;

    private boolean closed;

    /** @param connections of all event loops to the server */
    Http2UpstreamPool(UpstreamConnector connector, ServerConnections connections, ProxySettings settings) {
        this.connector = connector;
        this.connections = connections;
        this.settings = settings;
    }

    @Override
    public void acquire(Waiter waiter, long maxIdleNanos) {
        for (Http2UpstreamConnection connection : open) {
            if (connection.hasRoom()) {
                connections.reused();
                connection.admit(waiter, maxIdleNanos);
                return;
            }
        }
        connect(waiter);
    }

    /** Gets the waiter a place on a connection that is being opened. */
    void connect(Waiter waiter) {
        for (Http2UpstreamConnection connection : open) {
            if (connection.opening() && connection.hasRoom()) {
                connection.admit(waiter, NEW_ONLY);
                return;
            }
        }
        Http2UpstreamConnection connection = new Http2UpstreamConnection(this, settings);
        connection.admit(waiter, NEW_ONLY);
        open.add(connection);
        connector.connect(new Connecting(), connection::install, channel -> {}, connection::failed);
    }

    /** A connection goes on being opened, as it is for others as well; there is room on it for the next. */
    @Override
    public void leave(Waiter waiter) {
        open.forEach(connection -> connection.leave(waiter));
    }

    /** Whether no connection is kept any more. */
    boolean isClosed() {
        return closed;
    }

    /** It takes no more requests. */
    void left(Http2UpstreamConnection connection) {
        open.remove(connection);
        countIdle();
    }

    /** It has closed. */
    void closed(Http2UpstreamConnection connection) {
        open.remove(connection);
        countIdle();
        connections.closed();
    }

    /** A connection has its first request, or none any more. */
    void countIdle() {
        int count = 0;
        for (Http2UpstreamConnection connection : open) {
            count += connection.isIdle() ? 1 : 0;
        }
        idle = count;
    }

    @Override
    public int idle() {
        return idle;
    }

    /** A server is given fewer connections than requests: none is in the way of others. */
    @Override
    public boolean hasIdle() {
        return false;
    }

    @Override
    public void closeOldest() {}

    @Override
    public void unanswering() {
        connector.eventLoop().execute(() -> List.copyOf(open).forEach(Http2UpstreamConnection::unanswering));
    }

    @Override
    public void close() {
        closed = true;
        List.copyOf(open).forEach(Http2UpstreamConnection::retire);
    }
}
