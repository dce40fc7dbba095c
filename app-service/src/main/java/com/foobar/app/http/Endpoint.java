package com.foobar.app.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.function.Function;

/**
 * What is done for a method on a path.
 *
 * @param template path with {@code :name} for its variable parts: {@code /api/articles/:slug}
 * @param handler called on the request's event loop, after limits and identity have been checked
 */
public record Endpoint(HttpMethod method, String template, Access access, Function<Call, Future<Reply>> handler) {}
