package com.foobar.http.server;

import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.GlitchCounters;
import com.foobar.http.exchange.HttpConnection;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.http1.Http1Connection;
import com.foobar.http.http2.Http2Connection;
import com.foobar.kit.net.NettyTransport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A listening address: accepts connections, speaks HTTP/1.1, and over TLS HTTP/2 to those who ask for it by ALPN, and hands each request to one handler. Connections stay on the
 * event loop that they were given.
 */
public final class HttpListener {
    private static final int BACKLOG = 1024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);
    /** A handler for connections that have not yet told what they speak: draining closes them. */
    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;

    /**
     * @param host the address to bind, such as {@code 0.0.0.0} or {@code localhost}
     * @param port 0 for any free one
     * @param tls asked for every new connection, so that a renewed certificate is used from then on; null for plain HTTP. See {@link ServerTls}.
     * @param handler answers requests
     * @param log told of each request when it is over
     */
    public record Options(
            String host,
            int port,
            HttpLimits limits,
            @Nullable Supplier<SslContext> tls,
            RequestHandler handler,
            RequestLog log) {}

    private final Options options;
    private final ExecutorService fileReader;
    /** What is open, and what it speaks; a connection in its TLS handshake speaks nothing yet. */
    private final Map<Channel, HttpConnection> open = new ConcurrentHashMap<>();

    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final GlitchCounters glitches = new GlitchCounters();
    private final Promise<Void> drained = Promise.promise();
    private @Nullable Channel channel;
    private volatile boolean draining;

    private HttpListener(Options options) {
        this.options = options;
        this.fileReader = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "file-reader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Binds the address; fails with the bind's exception where it is taken. */
    public static Future<HttpListener> listen(NettyTransport transport, Options options) {
        HttpListener listener = new HttpListener(options);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.acceptor(), transport.group())
                .channelFactory(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        listener.accept(connection);
                    }
                });
        Promise<HttpListener> listening = Promise.promise();
        bootstrap.bind(options.host(), options.port()).addListener((io.netty.channel.ChannelFuture bound) -> {
            if (bound.isSuccess()) {
                listener.channel = bound.channel();
                listening.complete(listener);
            } else {
                listener.fileReader.shutdown();
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
        if (connections.incrementAndGet() > options.limits().connections()) {
            refused.increment();
            uncount();
            connection.close();
            return;
        }
        accepted.increment();
        open.put(connection, connection::close);
        connection.closeFuture().addListener(closed -> {
            open.remove(connection);
            uncount();
        });
        InetSocketAddress remote = (InetSocketAddress) connection.remoteAddress();
        InetSocketAddress local = (InetSocketAddress) connection.localAddress();
        ClientConnection facts = ClientConnection.of(remote, local, options.tls() != null);
        ConnectionContext context =
                new ConnectionContext(facts, options.limits(), options.handler(), options.log(), fileReader, glitches);
        Supplier<SslContext> tls = options.tls();
        if (tls == null) {
            speakHttp1(connection, context);
        } else {
            SslHandler handler = tls.get().newHandler(connection.alloc());
            handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
            connection.pipeline().addLast(handler, new AlpnHandler(this, context));
        }
    }

    private void uncount() {
        if (connections.decrementAndGet() == 0 && draining) {
            drained.tryComplete();
        }
    }

    void speakHttp1(Channel connection, ConnectionContext context) {
        Http1Connection http1 = new Http1Connection(context);
        connection.pipeline().addLast(http1);
        opened(connection, http1);
    }

    void speakHttp2(Channel connection, ConnectionContext context) {
        opened(connection, Http2Connection.open(connection.pipeline(), context));
    }

    private void opened(Channel connection, HttpConnection http) {
        open.computeIfPresent(connection, (key, before) -> http);
        if (draining) {
            http.drain();
        }
    }

    /** The bound port. */
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

    /** Open connections, including idle ones; for gauges, from any thread. */
    public int connections() {
        return connections.get();
    }

    /** Connections accepted so far; from any thread. */
    public long accepted() {
        return accepted.sum();
    }

    /** Connections refused so far because {@link HttpLimits#connections()} were open; from any thread. */
    public long refused() {
        return refused.sum();
    }

    /** What clients' HTTP/2 connections did without need, and how many of them were ended for it. */
    public GlitchCounters glitches() {
        return glitches;
    }

    /**
     * Takes no new connection, closes idle ones, asks the others to go ({@code Connection: close}, GOAWAY). Completes when the last has closed; the caller bounds the wait and then
     * calls {@link #close()}.
     */
    public Future<Void> drain() {
        draining = true;
        bound().close().addListener(closed -> {
            open.forEach((connection, http) -> connection.eventLoop().execute(() -> {
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

    /** Closes everything at once. */
    public Future<Void> close() {
        draining = true;
        Promise<Void> closed = Promise.promise();
        bound().close().addListener(done -> {
            open.keySet().forEach(Channel::close);
            fileReader.shutdown();
            closed.complete();
        });
        return closed.future();
    }
}
