package com.foobar.app.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.function.Function;

/**
 * What is done for a method on a path.
 *
 * @param template path with {@code :name} for its variable parts: {@code /api/articles/:slug}
 * @param shared whether calls that ask the same at the same time get one answer, see {@link #sharedRead}
 * @param handler called on the request's event loop, after limits and identity have been checked
 */
public record Endpoint(
        HttpMethod method, String template, Access access, boolean shared, Function<Call, Future<Reply>> handler) {

    /** With an answer for each call. */
    public Endpoint(HttpMethod method, String template, Access access, Function<Call, Future<Reply>> handler) {
        this(method, template, access, false, handler);
    }

    /** A GET whose answer is the same for all who ask for the same target as the same user, so that {@link SharedReads} may read once for them. */
    public static Endpoint sharedRead(String template, Access access, Function<ReadCall, Future<Reply>> handler) {
        return new Endpoint(HttpMethod.GET, template, access, true, handler::apply);
    }
}
