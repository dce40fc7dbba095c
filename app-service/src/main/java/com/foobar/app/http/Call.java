package com.foobar.app.http;

import com.foobar.app.db.DbSession;
import com.foobar.app.db.PadSpace;
import com.foobar.app.db.Statements;
import com.foobar.app.idempotency.Idempotency;
import com.foobar.app.idempotency.IdempotencyKey;
import com.foobar.kit.observability.ServerTiming;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A request whose limits and caller have been checked. For its event loop only. */
public final class Call implements ReadCall {
    private final RoutingContext context;
    private final DbSession db;
    private final Idempotency idempotency;
    private final RequestBody body;
    private final @Nullable Identity identity;

    Call(RoutingContext context, DbSession db, Idempotency idempotency, RequestBody body, @Nullable Identity identity) {
        this.context = context;
        this.db = db;
        this.idempotency = idempotency;
        this.body = body;
        this.identity = identity;
    }

    /**
     * Who calls.
     *
     * @param token as it was sent
     */
    record Identity(long userId, String token) {}

    @Override
    public DbSession db() {
        return db;
    }

    /**
     * Writes in one transaction, as {@link DbSession#write}. With an {@code Idempotency-Key} the same request is carried out once,
     * and each time leads to the same thing, as it is by then.
     *
     * @param id of what the work has led to: all that is kept of it
     * @param again reads what an earlier request has led to, in the transaction
     */
    public <T> Future<T> write(
            Function<Statements, Future<T>> work, ToLongFunction<T> id, BiFunction<Statements, Long, Future<T>> again) {
        return idempotency.once(db, idempotencyKey(body.bytes()), false, work, id, again);
    }

    /** As {@link #write}, for work that may be done twice: {@link DbSession#writeIdempotent}. */
    public <T> Future<T> writeIdempotent(
            Function<Statements, Future<T>> work, ToLongFunction<T> id, BiFunction<Statements, Long, Future<T>> again) {
        return idempotency.once(db, idempotencyKey(body.bytes()), true, work, id, again);
    }

    /**
     * The key that the caller sent; null where there is none.
     *
     * @param content what of the body makes the request what it is; method and path are added
     * @throws ApiError 400 where it is none
     */
    public @Nullable IdempotencyKey idempotencyKey(Buffer content) {
        String key = context.request().getHeader(IdempotencyKey.FIELD);
        if (key == null) {
            return null;
        }
        if (!IdempotencyKey.isAcceptable(key)) {
            throw ApiError.idempotencyKeyMalformed();
        }
        Buffer request = Buffer.buffer(
                context.request().method() + " " + context.request().path() + "\n");
        return IdempotencyKey.of(viewer(), key, request.appendBuffer(content));
    }

    @Override
    public long viewer() {
        return identity == null ? NOBODY : identity.userId();
    }

    /** The number of the user who calls; for endpoints that require one. */
    public long caller() {
        return identified().userId();
    }

    /** The token that the caller showed; for endpoints that require one. */
    public String token() {
        return identified().token();
    }

    private Identity identified() {
        if (identity == null) {
            throw new IllegalStateException("the endpoint does not require a caller");
        }
        return identity;
    }

    /** The client's address: as the edge saw it, or the one at the other end of the connection. */
    public String clientAddress() {
        HttpServerRequest request = context.request();
        String chain = request.getHeader("X-Forwarded-For");
        return chain == null || chain.isBlank()
                ? request.remoteAddress().hostAddress()
                : chain.split(",", 2)[0].strip();
    }

    /**
     * Adds a metric to the answer's {@code Server-Timing}.
     *
     * @param metric as {@link ServerTiming} makes it
     */
    public void addServerTiming(String metric) {
        context.response().headers().add(ServerTiming.FIELD, metric);
    }

    @Override
    public String path(String name, String of) {
        String value = context.pathParam(name);
        if (PadSpace.namesNothing(value)) {
            throw ApiError.notFound(of);
        }
        return value;
    }

    @Override
    public @Nullable String query(String name) {
        String value = queryParams().get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Vert.x-Web decodes the whole query when it is asked for the first time. */
    private MultiMap queryParams() {
        try {
            return context.queryParams();
        } catch (HttpException e) {
            throw ApiError.queryMalformed();
        }
    }

    /**
     * The fields of the object under a key of the body: {@code {"article": {…}}}. An absent body or key is an object
     * without fields, so that all that is missing is told at once.
     */
    public Fields fields(String key) {
        return new Fields(body.object(), key);
    }
}
