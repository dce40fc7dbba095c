package com.foobar.app.http;

import com.foobar.app.config.HttpSettings;
import com.foobar.app.metrics.AppMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;

/**
 * Reads request bodies: bounded each, and all of an instance together, from the first byte that is read until the request has its
 * answer. Safe from any thread.
 */
public final class RequestBodies {
    /** So much of what nobody wants is read and dropped, for the client to see its answer; then the connection is closed. */
    static final long MAX_DROPPED = 8 << 20;

    /** Enough for a name, an address and a password, so that strangers cannot take the room of those who are known. */
    private static final long MAX_PUBLIC = 16 << 10;

    private final Vertx vertx;
    private final HttpSettings settings;
    private final AppMetrics metrics;
    private final BodyBudget budget;
    private final BodyParser parser;

    public RequestBodies(Vertx vertx, HttpSettings settings, AppMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.metrics = metrics;
        this.budget = new BodyBudget(settings.maxBodies(), metrics);
        this.parser = new BodyParser(settings.maxBody(), settings.maxJsonDepth());
    }

    /**
     * Reads a body and works with it. Until the work has ended its bytes are counted.
     *
     * @param request has been paused, or has come just now
     * @param access those who may send it without a token may send less
     * @return fails with {@link ApiError}: 400 where it is no object, 408 where it does not come in time, 413 as soon as it is known to be
     *     too large, 503 where too much is held already; or as the work does
     */
    <T> Future<T> with(HttpServerRequest request, Access access, Function<RequestBody, Future<T>> work) {
        long most = settings.maxBody().bytes();
        long maxSize = access == Access.REQUIRED ? most : Math.min(most, MAX_PUBLIC);
        IncomingBody incoming = new IncomingBody(vertx, request, maxSize, settings.bodyTimeout(), budget, metrics);
        return incoming.read()
                .map(bytes -> new RequestBody(bytes, parser.parse(bytes)))
                .compose(work)
                .onComplete(ended -> incoming.giveBack());
    }

    /** Drops a body that nobody wants, as it comes. */
    void drop(HttpServerRequest request) {
        request.handler(part -> closeAfter(request, MAX_DROPPED));
    }

    /** Closes the connection of a client that has sent more. */
    static void closeAfter(HttpServerRequest request, long bytes) {
        if (request.bytesRead() > bytes) {
            request.connection().close();
        }
    }
}
