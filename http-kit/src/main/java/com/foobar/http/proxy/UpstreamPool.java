package com.foobar.http.proxy;

import com.foobar.http.exchange.Deadline;
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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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

        /** No connection became free in time, or too many wait already. */
        void queueExhausted(int connections, int waiting, Duration waited);

        /** Whether the connection is not wanted any more. */
        boolean cancelled();
    }

    private record Queued(Waiter waiter, long since) {}

    private final EventLoop eventLoop;
    private final NettyTransport transport;
    private final ServerAddress address;
    private final ProxySettings settings;
    private final int connectionLimit;
    private final int queueLimit;
    private final AtomicInteger total;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Deque<Queued> queue = new ArrayDeque<>();
    private final Deadline sweep;
    private final Deadline queueTimeout;
    private int open;
    private boolean closed;

    /** @param total counts the connections of all pools */
    UpstreamPool(
            EventLoop eventLoop,
            NettyTransport transport,
            ServerAddress address,
            ProxySettings settings,
            int eventLoops,
            AtomicInteger total) {
        this.eventLoop = eventLoop;
        this.transport = transport;
        this.address = address;
        this.settings = settings;
        this.connectionLimit = Math.max(1, settings.connectionsPerServer() / eventLoops);
        this.queueLimit = Math.max(1, settings.queuedPerServer() / eventLoops);
        this.total = total;
        this.sweep = new Deadline(eventLoop, this::closeStale);
        this.queueTimeout = new Deadline(eventLoop, this::expireQueued);
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
            waiter.connected(last);
            return;
        }
        if (open >= connectionLimit) {
            UpstreamConnection oldest = idle.pollFirst();
            if (oldest != null) {
                oldest.close();
            }
        }
        if (open < connectionLimit) {
            connect(waiter);
        } else if (queue.size() < queueLimit) {
            queue.addLast(new Queued(waiter, now));
            if (queue.size() == 1) {
                queueTimeout.in(settings.timeouts().queue().toNanos());
            }
        } else {
            waiter.queueExhausted(open, queue.size(), Duration.ZERO);
        }
    }

    private void connect(Waiter waiter) {
        open++;
        address.get(eventLoop, settings.timeouts().connect(), (target, problem) -> {
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
                total.incrementAndGet();
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

    private void connectFailed(Waiter waiter, String reason) {
        open--;
        if (!waiter.cancelled()) {
            waiter.connectFailed(reason);
        }
        serveQueue();
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
        Queued next = nextQueued();
        if (next != null) {
            next.waiter().connected(connection);
        } else if (closed || idle.size() >= settings.idlePerLoop()) {
            connection.close();
        } else {
            idle.addLast(connection);
            if (idle.size() == 1) {
                sweep.in(settings.idleTimeout().toNanos());
            }
        }
    }

    /** A connection has closed, in use or idle. */
    void closed(UpstreamConnection connection) {
        open--;
        total.decrementAndGet();
        idle.removeLastOccurrence(connection);
        serveQueue();
    }

    private void serveQueue() {
        while (open < connectionLimit) {
            Queued next = nextQueued();
            if (next == null) {
                return;
            }
            connect(next.waiter());
        }
    }

    private @Nullable Queued nextQueued() {
        Queued next = queue.pollFirst();
        while (next != null && next.waiter().cancelled()) {
            next = queue.pollFirst();
        }
        return next;
    }

    private void expireQueued() {
        long now = System.nanoTime();
        long limit = settings.timeouts().queue().toNanos();
        for (Queued first = queue.peekFirst(); first != null; first = queue.peekFirst()) {
            long waited = now - first.since();
            if (waited < limit && !first.waiter().cancelled()) {
                queueTimeout.in(limit - waited);
                return;
            }
            queue.pollFirst();
            if (!first.waiter().cancelled()) {
                first.waiter().queueExhausted(open, queue.size() + 1, Duration.ofNanos(waited));
            }
        }
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
