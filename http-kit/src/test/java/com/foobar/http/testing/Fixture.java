package com.foobar.http.testing;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.server.HttpListener;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.net.SteadyEpoll;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A listener on a free port, on event loops of its own, that remembers what its log was told. */
public final class Fixture implements AutoCloseable {
    /** What a request's record said at its end. */
    public record Logged(
            String method,
            String target,
            int status,
            long bytesIn,
            long bytesOut,
            int retries,
            String requestId,
            @Nullable String server,
            @Nullable ProxyError error) {
        private Logged(RequestRecord record) {
            this(
                    record.head().method().name(),
                    record.head().target(),
                    record.status(),
                    record.bytesIn(),
                    record.bytesOut(),
                    record.retries(),
                    record.requestId(),
                    record.server(),
                    record.error());
        }
    }

    private final Vertx vertx = SteadyEpoll.vertx(
            new io.vertx.core.VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
    private final NettyTransport transport = NettyTransport.of(vertx);
    private final List<Logged> logged = new CopyOnWriteArrayList<>();
    private @Nullable HttpListener listener;

    public Vertx vertx() {
        return vertx;
    }

    public NettyTransport transport() {
        return transport;
    }

    /** Listens with that handler. */
    public Fixture listen(RequestHandler handler, HttpLimits limits, @Nullable Supplier<SslContext> tls) {
        listener = await(HttpListener.listen(
                transport,
                new HttpListener.Options(
                        "127.0.0.1", 0, limits, tls, handler, record -> logged.add(new Logged(record)))));
        return this;
    }

    public Fixture listen(RequestHandler handler) {
        return listen(handler, HttpLimits.DEFAULTS, null);
    }

    public HttpListener listener() {
        return java.util.Objects.requireNonNull(listener);
    }

    public int port() {
        return listener().port();
    }

    /** What the log was told so far. */
    public List<Logged> logged() {
        return List.copyOf(logged);
    }

    /** The same, when there are so many at least: a line may be written after its answer. */
    public List<Logged> logged(int count) {
        Awaitility.await().until(() -> logged.size() >= count);
        return logged();
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (listener != null) {
            await(listener.close());
        }
        await(vertx.close());
    }
}
