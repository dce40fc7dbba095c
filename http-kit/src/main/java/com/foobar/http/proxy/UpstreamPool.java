package com.foobar.http.proxy;

import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.net.NettyTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one event loop to one server. The one used last is used first, so that superfluous ones grow idle and are closed. Belongs to its event loop.
 */
final class UpstreamPool {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** For {@link #acquire}: no connection that was used before. */
    static final long NEW_ONLY = 0;

    /** Somebody who wants a connection. */
    interface Waiter {
        void connected(UpstreamConnection connection);

        void connectFailed(String reason);

        /** Whether the connection is not wanted any more. */
        boolean cancelled();

        /** Whom it is for. */
        ClientConnection client();
    }

    private final EventLoop eventLoop;
    private final NettyTransport transport;
    private final ServerConnections connections;
    private final ProxySettings settings;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Deadline sweep;
    private boolean closed;
    /** For other event loops. */
    private volatile boolean hasIdle;

    /** @param connections of all event loops to the server */
    UpstreamPool(EventLoop eventLoop, NettyTransport transport, ServerConnections connections, ProxySettings settings) {
        this.eventLoop = eventLoop;
        this.transport = transport;
        this.connections = connections;
        this.settings = settings;
        this.sweep = new Deadline(eventLoop, this::closeStale);
    }

    /**
     * Gets a connection to the waiter, perhaps before this returns.
     *
     * @param maxIdleNanos how long it may have been idle, {@link #NEW_ONLY} for a new one
     */
    void acquire(Waiter waiter, long maxIdleNanos) {
        long now = System.nanoTime();
        UpstreamConnection last = idle.peekLast();
        while (last != null && !last.usable(now)) {
            idle.pollLast();
            last.close();
            last = idle.peekLast();
        }
        if (last != null && last.idleNanos(now) < maxIdleNanos) {
            idle.pollLast();
            hasIdle = !idle.isEmpty();
            waiter.connected(last);
            return;
        }
        makeRoom();
        connect(waiter);
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
        UpstreamConnection oldest = idle.pollFirst();
        hasIdle = !idle.isEmpty();
        if (oldest != null) {
            oldest.close();
        }
    }

    /** Whether a connection is idle; from any thread. */
    boolean hasIdle() {
        return hasIdle;
    }

    /** Closes the connection that has been idle for longest; from any thread. */
    void closeOldest() {
        eventLoop.execute(this::closeFirst);
    }

    private void connect(Waiter waiter) {
        connections.opened();
        connections.address().get(eventLoop, settings.timeouts().connect(), (target, problem) -> {
            if (target == null) {
                connectFailed(waiter, problem);
            } else {
                connect(waiter, target);
            }
        });
    }

    private void connect(Waiter waiter, InetSocketAddress target) {
        UpstreamConnection connection = new UpstreamConnection(this, settings);
        ChannelFuture connecting = new Bootstrap()
                .group(eventLoop)
                .channelFactory(transport.channel())
                .option(ChannelOption.ALLOCATOR, NettyTransport.ALLOCATOR)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.timeouts().connect().toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(target);
        connecting.addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                introduce(done.channel(), waiter.client());
                connection.connected();
                if (waiter.cancelled()) {
                    released(connection);
                } else {
                    waiter.connected(connection);
                }
            } else {
                connectFailed(waiter, describe(done.cause()));
            }
        });
    }

    /** Has the connection begin with whom it is for, where the server wants to know that; what is written next flushes it. */
    private void introduce(Channel channel, ClientConnection client) {
        if (settings.sendProxy() != SendProxy.NONE) {
            channel.write(settings.sendProxy().header(channel.alloc(), client.remote(), client.local()));
        }
    }

    private void connectFailed(Waiter waiter, String reason) {
        connections.closed();
        if (!waiter.cancelled()) {
            waiter.connectFailed(reason);
        }
    }

    private static String describe(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "connect timeout";
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof ConnectException && message.contains("refused") ? "connection refused" : message;
    }

    /** Takes back a connection that can carry another request. */
    void released(UpstreamConnection connection) {
        if (closed
                || settings.sendProxy() != SendProxy.NONE
                || connections.overfull()
                || idle.size() >= settings.idlePerLoop()) {
            connection.close();
            return;
        }
        idle.addLast(connection);
        hasIdle = true;
        if (idle.size() == 1) {
            sweep.in(settings.idleTimeout().toNanos());
        }
    }

    /** A connection has closed, in use or idle. */
    void closed(UpstreamConnection connection) {
        connections.closed();
        idle.removeLastOccurrence(connection);
        hasIdle = !idle.isEmpty();
    }

    private void closeStale() {
        long now = System.nanoTime();
        for (UpstreamConnection oldest = idle.peekFirst(); oldest != null; oldest = idle.peekFirst()) {
            if (oldest.usable(now)) {
                sweep.in(Math.max(
                        TimeUnit.SECONDS.toNanos(1), settings.idleTimeout().toNanos() / 4));
                return;
            }
            idle.pollFirst();
            oldest.close();
        }
    }

    /** Closes idle connections now, and the others as they are released. */
    void close() {
        closed = true;
        sweep.cancel();
        for (UpstreamConnection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.close();
        }
    }
}
