package com.foobar.http.proxy;

import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.proxyprotocol.SendProxy;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one event loop to one server. The one used last is used first, so that superfluous ones grow idle and are closed. Belongs to its event loop.
 */
final class Http1UpstreamPool implements UpstreamPool {
    private final UpstreamConnector connector;
    private final ServerConnections connections;
    private final ProxySettings settings;
    private final Deque<Http1UpstreamConnection> idle = new ArrayDeque<>();
    /** All that are open, idle ones among them. */
    private final Set<Http1UpstreamConnection> open = new HashSet<>();
    /** Those that are being opened, each for one request. */
    private final Map<Waiter, Connecting> connecting = new HashMap<>();

    private final Deadline sweep;
    private boolean closed;
    /** How many are idle, for other threads, which need not know at once: a volatile write for each request would wait for the memory. */
    private final AtomicInteger idleCount = new AtomicInteger();

    /** @param connections of all event loops to the server */
    Http1UpstreamPool(UpstreamConnector connector, ServerConnections connections, ProxySettings settings) {
        this.connector = connector;
        this.connections = connections;
        this.settings = settings;
        this.sweep = new Deadline(connector.eventLoop(), this::closeStale);
    }

    @Override
    public void acquire(Waiter waiter, long maxIdleNanos) {
        long now = System.nanoTime();
        Http1UpstreamConnection last = idle.peekLast();
        while (last != null && (!last.usable(now) || hasGone(last, now, maxIdleNanos))) {
            idle.pollLast();
            last.close();
            last = idle.peekLast();
        }
        if (last != null && last.idleNanos(now) < maxIdleNanos) {
            idle.pollLast();
            idleCount.setRelease(idle.size());
            connections.reused();
            waiter.connected(last);
            return;
        }
        makeRoom();
        connect(waiter);
    }

    /** Whether the server has closed a connection that would do otherwise. A request that can be sent again is spared the question: it finds out by being sent. */
    private static boolean hasGone(Http1UpstreamConnection connection, long now, long maxIdleNanos) {
        return maxIdleNanos != ANY && connection.idleNanos(now) < maxIdleNanos && connection.closedByServer();
    }

    /** As many requests as a server may have are never more than the connections that it may have, if none of those is idle elsewhere. */
    private void makeRoom() {
        if (connections.full()) {
            if (idle.isEmpty()) {
                connections.closeIdleOfOthers(this);
            } else {
                closeFirst();
            }
        }
    }

    private void closeFirst() {
        Http1UpstreamConnection oldest = idle.pollFirst();
        idleCount.setRelease(idle.size());
        if (oldest != null) {
            oldest.close();
        }
    }

    @Override
    public int idle() {
        return idleCount.getAcquire();
    }

    @Override
    public boolean hasIdle() {
        return idleCount.getAcquire() > 0;
    }

    @Override
    public void closeOldest() {
        connector.eventLoop().execute(this::closeFirst);
    }

    private void connect(Waiter waiter) {
        Http1UpstreamConnection connection = new Http1UpstreamConnection(this, settings);
        Connecting mine = new Connecting();
        connecting.put(waiter, mine);
        connector.connect(
                mine,
                channel -> channel.pipeline().addLast(connection),
                channel -> {
                    connecting.remove(waiter);
                    introduce(channel, waiter.client());
                    open.add(connection);
                    connection.connected();
                    waiter.connected(connection);
                },
                reason -> {
                    connecting.remove(waiter);
                    waiter.connectFailed(reason);
                });
    }

    /** The request's place is another's at once: a connection that went on being opened would be one more than the server may have. */
    @Override
    public void leave(Waiter waiter) {
        Connecting unwanted = connecting.remove(waiter);
        if (unwanted != null) {
            unwanted.cancel();
        }
    }

    /** Has the connection begin with whom it is for, where the server wants to know that; what is written next flushes it. */
    private void introduce(Channel channel, ClientConnection client) {
        if (connections.sendProxy() != SendProxy.NONE) {
            channel.write(connections.sendProxy().header(channel.alloc(), client.remote(), client.local()));
        }
    }

    /** Takes back a connection that can carry another request. */
    void released(Http1UpstreamConnection connection) {
        if (closed
                || connections.sendProxy() != SendProxy.NONE
                || connections.overfull()
                || idle.size() >= settings.idlePerLoop()) {
            connection.close();
            return;
        }
        connection.kept();
        idle.addLast(connection);
        idleCount.setRelease(idle.size());
        if (idle.size() == 1) {
            sweep.in(settings.idleTimeout().toNanos());
        }
    }

    /** A connection has closed, in use or idle. */
    void closed(Http1UpstreamConnection connection) {
        connections.closed();
        open.remove(connection);
        idle.removeLastOccurrence(connection);
        idleCount.setRelease(idle.size());
    }

    private void closeStale() {
        long now = System.nanoTime();
        for (Http1UpstreamConnection oldest = idle.peekFirst(); oldest != null; oldest = idle.peekFirst()) {
            if (oldest.usable(now)) {
                sweep.in(Math.max(
                        TimeUnit.SECONDS.toNanos(1), settings.idleTimeout().toNanos() / 4));
                return;
            }
            idle.pollFirst();
            oldest.close();
        }
    }

    @Override
    public void unanswering() {
        connector.eventLoop().execute(() -> List.copyOf(open).forEach(Http1UpstreamConnection::unanswering));
    }

    @Override
    public void close() {
        closed = true;
        sweep.cancel();
        for (Http1UpstreamConnection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.close();
        }
    }
}
