package com.foobar.lb.tcp;

import com.foobar.http.backend.BackendServer;
import com.foobar.kit.net.NettyTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects one session to a server of a backend: to another one where that fails. Belongs to the session's event loop. */
final class ServerConnect {
    /** Gets the connection, once, or learns that there is none. */
    interface Receiver {
        /** To be closed by the receiver, who also ends its use of the server. */
        void connected(Channel channel, BackendServer server);

        void noServer();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnect.class);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final TcpBackend backend;
    private final EventLoop eventLoop;
    private final Receiver receiver;
    private final long key;
    private final Set<BackendServer> tried = new HashSet<>(4);
    private @Nullable BackendServer server;
    private @Nullable ChannelFuture connecting;
    private int attempts;
    private boolean cancelled;

    /** @param key by which the connection belongs to a server, where the backend hashes */
    ServerConnect(TcpBackend backend, long key, EventLoop eventLoop, Receiver receiver) {
        this.backend = backend;
        this.key = key;
        this.eventLoop = eventLoop;
        this.receiver = receiver;
    }

    /** Tries the first server. */
    void start() {
        BackendServer next = backend.backend().pick(key, tried);
        if (next == null && !tried.isEmpty()) {
            next = backend.backend().pick(key, Set.of());
        }
        if (next == null) {
            LOG.debug("no server of backend {}: {}", name(), backend.backend().describe());
            receiver.noServer();
            return;
        }
        connect(next);
    }

    private void connect(BackendServer next) {
        server = next;
        attempts++;
        next.begin();
        connecting = new Bootstrap()
                .group(eventLoop)
                .channelFactory(backend.transport().channel())
                .resolver(backend.transport().resolver())
                .option(ChannelOption.ALLOCATOR, NettyTransport.ALLOCATOR)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        backend.connectTimeout().toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                // It reads nothing before whoever gets it has put a handler there.
                .handler(new ChannelInboundHandlerAdapter())
                .connect(InetSocketAddress.createUnresolved(
                        next.address().host(), next.address().port()));
        connecting.addListener((ChannelFuture done) -> connected(next, done));
    }

    private void connected(BackendServer asked, ChannelFuture done) {
        if (cancelled) {
            done.channel().close();
            asked.endAborted();
        } else if (done.isSuccess()) {
            receiver.connected(done.channel(), asked);
        } else {
            String reason = describe(done.cause());
            LOG.debug("{}/{}: {}", name(), asked, reason);
            asked.endWithConnectionError(reason);
            tried.add(asked);
            again(asked);
        }
    }

    private void again(BackendServer failed) {
        if (attempts >= backend.attempts()) {
            receiver.noServer();
            return;
        }
        failed.stats().retried();
        start();
        if (!failed.equals(server)) {
            failed.stats().redispatched();
        }
    }

    private static String describe(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "connect timeout";
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof ConnectException && message.contains("refused") ? "connection refused" : message;
    }

    /** The connection is not wanted any more; nobody is told. */
    void cancel() {
        cancelled = true;
        if (connecting != null) {
            connecting.cancel(false);
        }
    }

    private String name() {
        return backend.backend().name();
    }

    String backend() {
        return name();
    }

    /** The server that was asked last, or null. */
    @Nullable
    BackendServer server() {
        return server;
    }

    /** Attempts after the first. */
    int retries() {
        return Math.max(0, attempts - 1);
    }
}
