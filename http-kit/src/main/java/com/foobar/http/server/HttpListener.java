package com.foobar.http.server;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestLog;
import com.foobar.kit.net.NettyTransport;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A listening address: accepts connections, speaks HTTP/1.1, and over TLS HTTP/2 to those who ask for it by ALPN, and hands each request to one handler. Connections stay on the
 * event loop that they were given.
 */
public final class HttpListener {
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

    private HttpListener() {}

    /** Binds the address; fails with the bind's exception where it is taken. */
    public static Future<HttpListener> listen(NettyTransport transport, Options options) {
        throw new UnsupportedOperationException();
    }

    /** The bound port. */
    public int port() {
        throw new UnsupportedOperationException();
    }

    /** Open connections, including idle ones; for gauges, from any thread. */
    public int connections() {
        throw new UnsupportedOperationException();
    }

    /** Connections accepted so far; from any thread. */
    public long accepted() {
        throw new UnsupportedOperationException();
    }

    /** Connections refused so far because {@link HttpLimits#connections()} were open; from any thread. */
    public long refused() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes no new connection, closes idle ones, asks the others to go ({@code Connection: close}, GOAWAY). Completes when the last has closed; the caller bounds the wait and then
     * calls {@link #close()}.
     */
    public Future<Void> drain() {
        throw new UnsupportedOperationException();
    }

    /** Closes everything at once. */
    public Future<Void> close() {
        throw new UnsupportedOperationException();
    }
}
