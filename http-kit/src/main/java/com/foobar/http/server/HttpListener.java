package com.foobar.http.server;

import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.ErrorPages;
import com.foobar.http.exchange.GlitchCounters;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.http1.Http1Connection;
import com.foobar.http.http2.Http2Connection;
import com.foobar.kit.net.NettyTransport;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A listening address: speaks HTTP/1.1, and over TLS HTTP/2 to those who ask for it by ALPN, and hands each request to one handler. Connections stay on the event loop that they were given.
 */
public final class HttpListener implements Listener {
    /** Connections that have not told what they speak by then are closed. */
    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;

    /**
     * @param host the address to bind, such as {@code 0.0.0.0} or {@code localhost}
     * @param port 0 for any free one
     * @param proxyProtocol who tells us the clients' addresses, or null where nobody does
     * @param guard decides on each connection, or null for nobody
     * @param tls asked for every new connection, so that a renewed certificate is used from then on; null for plain HTTP. See {@link ServerTls}.
     * @param handler answers requests
     * @param log told of each request when it is over
     * @param errorPages answered in place of our own error responses, or null
     */
    public record Options(
            String host,
            int port,
            HttpLimits limits,
            @Nullable ProxyProtocol proxyProtocol,
            @Nullable ConnectionGuard guard,
            @Nullable Supplier<SslContext> tls,
            RequestHandler handler,
            RequestLog log,
            @Nullable ErrorPages errorPages) {
        /** For clients whose addresses nobody tells us, all of them welcome. */
        public Options(
                String host,
                int port,
                HttpLimits limits,
                @Nullable Supplier<SslContext> tls,
                RequestHandler handler,
                RequestLog log) {
            this(host, port, limits, null, null, tls, handler, log, null);
        }
    }

    private final Options options;
    private final SocketListener sockets;
    private final ExecutorService fileReader;
    private final GlitchCounters glitches = new GlitchCounters();

    private HttpListener(Options options) {
        this.options = options;
        this.sockets = new SocketListener(
                new SocketListener.Options(
                        options.host(),
                        options.port(),
                        options.limits().connections(),
                        options.proxyProtocol(),
                        options.guard()),
                this::accepted);
        this.fileReader = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "file-reader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Binds the address; fails with the bind's exception where it is taken. */
    public static Future<HttpListener> listen(NettyTransport transport, Options options) {
        HttpListener listener = new HttpListener(options);
        return listener.sockets
                .listen(transport)
                .onFailure(failure -> listener.fileReader.shutdown())
                .map(listening -> listener);
    }

    private void accepted(Channel connection, InetSocketAddress remote, InetSocketAddress local) {
        Supplier<SslContext> tls = options.tls();
        ClientConnection facts = ClientConnection.of(remote, local, tls != null);
        ConnectionContext context = new ConnectionContext(
                facts, options.limits(), options.handler(), options.log(), options.errorPages(), fileReader, glitches);
        if (tls == null) {
            speakHttp1(connection, context);
        } else {
            SslHandler handler = tls.get().newHandler(connection.alloc());
            handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
            connection.pipeline().addLast(handler, new AlpnHandler(this, context));
        }
    }

    void speakHttp1(Channel connection, ConnectionContext context) {
        Http1Connection http1 = new Http1Connection(context);
        connection.pipeline().addLast(http1);
        sockets.speaks(connection, http1);
    }

    void speakHttp2(Channel connection, ConnectionContext context) {
        sockets.speaks(connection, Http2Connection.open(connection.pipeline(), context));
    }

    @Override
    public int port() {
        return sockets.port();
    }

    @Override
    public int connections() {
        return sockets.connections();
    }

    @Override
    public int mostConnections() {
        return sockets.mostConnections();
    }

    @Override
    public long sessions() {
        return sockets.sessions();
    }

    @Override
    public long accepted() {
        return sockets.accepted();
    }

    @Override
    public long refused() {
        return sockets.refused();
    }

    /** What clients' HTTP/2 connections did without need, and how many of them were ended for it. */
    public GlitchCounters glitches() {
        return glitches;
    }

    /** Closes idle connections too, and asks the others to go by {@code Connection: close} and GOAWAY. */
    @Override
    public Future<Void> drain() {
        return sockets.drain();
    }

    @Override
    public Future<Void> close() {
        return sockets.close().onComplete(closed -> fileReader.shutdown());
    }
}
