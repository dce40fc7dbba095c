package com.foobar.http.health;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.HealthCheckSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks with {@code GET} on a connection of its own, so that it also finds out whether the server accepts new ones. Any 2xx or 3xx
 * status passes.
 */
final class HttpCheck implements Check {
    private static final Pattern SYSTEM_ERROR =
            Pattern.compile("Connection refused|Connection reset|No route to host|(Network|Host) is unreachable");

    private final Vertx vertx;
    private final HealthCheckSettings settings;
    private final HttpClient client;

    HttpCheck(Vertx vertx, HealthCheckSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setKeepAlive(false)
                        .setConnectTimeout(Math.toIntExact(settings.timeout().toMillis()))
                        .setMaxHeaderSize(16 * 1024))
                // One check of a server at a time, and one more if it was given up and its connection is still closing.
                .with(new PoolOptions().setHttp1MaxSize(2))
                // The check's own result says what went wrong; without a handler Vert.x logs it as an error of ours.
                .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
                .build();
    }

    @Override
    public Future<CheckResult> check(BackendServer server) {
        Promise<CheckResult> result = Promise.promise();
        Future<HttpClientRequest> request = client.request(new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(server.address().host())
                .setPort(server.address().port())
                .setURI(settings.path()));
        long deadline = vertx.setTimer(settings.timeout().toMillis(), ignored -> {
            result.tryComplete(
                    new CheckResult(false, "no answer in " + settings.timeout().toMillis() + " ms"));
            request.onSuccess(HttpClientRequest::reset);
        });
        request.compose(HttpClientRequest::send)
                .compose(response -> response.end()
                        .map(new CheckResult(
                                response.statusCode() >= 200 && response.statusCode() < 400,
                                response.statusCode() + " " + response.statusMessage())))
                .otherwise(failure -> new CheckResult(false, reason(failure)))
                .onSuccess(found -> {
                    vertx.cancelTimer(deadline);
                    result.tryComplete(found);
                });
        return result.future();
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }

    /** The operating system's words without Netty's around them. */
    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        Matcher system = SYSTEM_ERROR.matcher(message);
        return system.find() ? system.group().toLowerCase(Locale.ROOT) : message;
    }
}
