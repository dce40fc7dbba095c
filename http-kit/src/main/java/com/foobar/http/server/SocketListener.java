package com.foobar.http.server;

import com.foobar.http.exchange.HttpConnection;
import com.foobar.kit.net.NettyTransport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections, counts and bounds them, finds out who is at their other end, and drains them. What is spoken on them is somebody else's business. Connections stay on the
 * event loop that they were given.
 */
public final class SocketListener implements Listener {
    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /**
     * @param host the address to bind, such as {@code 0.0.0.0} or {@code localhost}
     * @param port 0 for any free one
     * @param connections at the same time; the next are closed at once
     * @param proxyProtocol who tells us the client's address, or null where nobody does
     * @param guard decides on each connection when its client is known, or null for nobody
     */
    public record Options(
            String host,
            int port,
            int connections,
            @Nullable ProxyProtocol proxyProtocol,
            @Nullable ConnectionGuard guard) {}

    /** Makes a connection speak; on its event loop. */
    public interface Speaker {
        /**
         * @param remote the client's address
         * @param local the address that the client connected to
         */
        void accepted(Channel connection, InetSocketAddress remote, InetSocketAddress local);
    }

    private final Options options;
    private final Speaker speaker;
    /** What is open, and how it is asked to go; a connection that does not speak yet is closed. */
    private final Map<Channel, HttpConnection> open = new ConcurrentHashMap<>();

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder sessions = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Promise<Void> drained = Promise.promise();
    private volatile @Nullable Channel channel;
    private volatile boolean draining;

    public SocketListener(Options options, Speaker speaker) {
        this.options = options;
        this.speaker = speaker;
    }

    /** Binds the address, once; fails with the bind's exception where it is taken. */
    public Future<Void> listen(NettyTransport transport) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.acceptor(), transport.group())
                .channelFactory(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, NettyTransport.ALLOCATOR)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        accept(connection);
                    }
                });
        Promise<Void> listening = Promise.promise();
        bootstrap.bind(options.host(), options.port()).addListener((ChannelFuture bound) -> {
            if (bound.isSuccess()) {
                channel = bound.channel();
                listening.complete();
            } else {
                listening.fail(bound.cause());
            }
        });
        return listening.future();
    }

    private void accept(Channel connection) {
        if (draining) {
            connection.close();
            return;
        }
        int now = connections.incrementAndGet();
        if (now > options.connections()) {
            refused.increment();
            uncount();
            connection.close();
            return;
        }
        accepted.increment();
        if (now > most.get()) {
            most.accumulateAndGet(now, Math::max);
        }
        open.put(connection, connection::close);
        connection.closeFuture().addListener(closed -> {
            open.remove(connection);
            uncount();
        });
        InetSocketAddress remote = (InetSocketAddress) connection.remoteAddress();
        InetSocketAddress local = (InetSocketAddress) connection.localAddress();
        ProxyProtocol protocol = options.proxyProtocol();
        if (protocol != null && protocol.trusts(remote.getAddress())) {
            connection
                    .pipeline()
                    .addLast(new ProxyProtocolHandler(protocol.timeout(), this::identified, remote, local));
        } else {
            identified(connection, remote, local);
        }
    }

    /** It is known who is at the other end. */
    private void identified(Channel connection, InetSocketAddress remote, InetSocketAddress local) {
        ConnectionGuard guard = options.guard();
        if (guard != null) {
            Runnable closed = guard.admit(remote.getAddress());
            if (closed == null) {
                refused.increment();
                connection.close();
                return;
            }
            connection.closeFuture().addListener(done -> closed.run());
        }
        sessions.increment();
        speaker.accepted(connection, remote, local);
    }

    private void uncount() {
        if (connections.decrementAndGet() == 0 && draining) {
            drained.tryComplete();
        }
    }

    /** The connection now speaks, and can be asked to go politely; on its event loop. */
    public void speaks(Channel connection, HttpConnection polite) {
        open.computeIfPresent(connection, (key, before) -> polite);
        if (draining) {
            polite.drain();
        }
    }

    @Override
    public int port() {
        return ((InetSocketAddress) bound().localAddress()).getPort();
    }

    private Channel bound() {
        Channel bound = channel;
        if (bound == null) {
            throw new IllegalStateException("not listening");
        }
        return bound;
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public int mostConnections() {
        return most.get();
    }

    @Override
    public long sessions() {
        return sessions.sum();
    }

    @Override
    public long accepted() {
        return accepted.sum();
    }

    @Override
    public long refused() {
        return refused.sum();
    }

    @Override
    public Future<Void> drain() {
        draining = true;
        bound().close().addListener(closed -> {
            open.forEach((connection, before) -> connection.eventLoop().execute(() -> {
                HttpConnection current = open.get(connection);
                if (current != null) {
                    current.drain();
                }
            }));
            if (connections.get() == 0) {
                drained.tryComplete();
            }
        });
        return drained.future();
    }

    @Override
    public Future<Void> close() {
        draining = true;
        Promise<Void> closed = Promise.promise();
        bound().close().addListener(done -> {
            open.keySet().forEach(Channel::close);
            closed.complete();
        });
        return closed.future();
    }
}
