package com.foobar.dbrouter.listener;

import com.foobar.dbrouter.metrics.RouterMetrics;
import com.foobar.dbrouter.pool.ServerPools;
import com.foobar.dbrouter.session.ClientSession;
import com.foobar.dbrouter.session.RouterErrors;
import com.foobar.dbrouter.session.SessionServices;
import com.foobar.dbrouter.session.SessionSettings;
import com.foobar.kit.StartFailure;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.settings.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts clients, up to the limit. Safe from any thread; each client belongs to one event loop of the transport. */
public final class MySqlListener {
    private final NettyTransport transport;
    private final HostPort listen;
    private final SessionSettings settings;
    private final Function<EventLoop, SessionServices> services;
    private final Supplier<String> serverVersion;
    private final RouterMetrics metrics;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Channel> clients = ConcurrentHashMap.newKeySet();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean draining;
    private @Nullable Channel acceptor;
    private @Nullable ClientTls tls;

    /**
     * @param services gives the part that belongs to a client's event loop
     * @param serverVersion what clients are told, at the moment they connect
     */
    public MySqlListener(
            NettyTransport transport,
            HostPort listen,
            SessionSettings settings,
            Function<EventLoop, SessionServices> services,
            Supplier<String> serverVersion,
            RouterMetrics metrics) {
        this.transport = transport;
        this.listen = listen;
        this.settings = settings;
        this.services = services;
        this.serverVersion = serverVersion;
        this.metrics = metrics;
    }

    /**
     * @param clientTls what clients are offered
     * @return completes when clients are accepted; fails with {@link StartFailure}
     */
    public Future<Void> start(ClientTls clientTls) {
        tls = clientTls;
        Promise<Void> started = Promise.promise();
        new ServerBootstrap()
                .group(transport.acceptor(), transport.group())
                .channelFactory(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, ServerPools.ALLOCATOR)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ServerPools.WATER_MARKS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, clientTls);
                    }
                })
                .bind(listen.host(), listen.port())
                .addListener((ChannelFutureListener) bound -> {
                    if (bound.isSuccess()) {
                        acceptor = bound.channel();
                        started.complete();
                    } else {
                        started.fail(StartFailure.cannotListen("listen", listen.host(), listen.port(), bound.cause()));
                    }
                });
        return started.future();
    }

    /** @return the port it listens on; 0 before {@link #start} has completed */
    public int port() {
        Channel channel = acceptor;
        return channel != null && channel.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    /** @return clients that are connected */
    public int clients() {
        return open.get();
    }

    private void accept(Channel channel, ClientTls clientTls) {
        metrics.opened();
        boolean room = open.incrementAndGet() <= settings.maxConnections();
        clients.add(channel);
        channel.closeFuture().addListener(closed -> {
            clients.remove(channel);
            metrics.closed();
            open.decrementAndGet();
            completeIfDrained();
        });
        if (!room) {
            metrics.refused("too_many_connections");
            channel.writeAndFlush(RouterErrors.tooManyClients(settings.maxConnections())
                            .write(channel.alloc(), 0))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            // It has gone away already.
            channel.close();
            return;
        }
        SessionServices own = services.apply(channel.eventLoop());
        channel.pipeline()
                .addLast(
                        "login",
                        new ClientLogin(
                                own,
                                serverVersion.get(),
                                own.clients().nextId(),
                                remote.getAddress(),
                                clientTls,
                                session -> loggedIn(channel, session)));
    }

    private void loggedIn(Channel channel, ClientSession session) {
        if (draining) {
            channel.eventLoop().execute(session::drain);
        }
    }

    /** Accepts no more, and ends each session as soon as it is in no transaction. */
    public Future<Void> drain() {
        draining = true;
        Channel channel = acceptor;
        if (channel != null) {
            channel.close();
        }
        for (Channel client : clients) {
            client.eventLoop().execute(() -> {
                if (client.pipeline().last() instanceof ClientSession session) {
                    session.drain();
                } else {
                    client.close();
                }
            });
        }
        completeIfDrained();
        return drained.future();
    }

    private void completeIfDrained() {
        if (draining && clients.isEmpty()) {
            drained.tryComplete();
        }
    }

    /** Ends every session at once. */
    public void close() {
        Channel channel = acceptor;
        if (channel != null) {
            channel.close();
        }
        clients.forEach(Channel::close);
        if (tls != null) {
            tls.close();
        }
    }
}
