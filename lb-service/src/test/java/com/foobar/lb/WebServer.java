package com.foobar.lb;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web server as the balancer meets it: tells its name in {@code X-Server}, and in the body what it was asked; sends back the messages of WebSockets. It has a Vert.x of
 * its own, so that {@link #kill} cuts its connections as the end of a process does.
 */
final class WebServer implements AutoCloseable {
    private final String name;
    private final int port;
    private final Vertx vertx = Vertx.vertx();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicBoolean ready = new AtomicBoolean(true);
    /** Whether all requests but checks are answered with 500. */
    final AtomicBoolean failing = new AtomicBoolean();
    /** Requests for /slow wait until it is true. */
    final AtomicBoolean released = new AtomicBoolean();

    final AtomicInteger waiting = new AtomicInteger();

    WebServer(String name) throws Exception {
        this(name, 0);
    }

    WebServer(String name, int port) throws Exception {
        this.name = name;
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxInitialLineLength(16 * 1024)
                        .setMaxWebSocketMessageSize(1 << 20))
                .requestHandler(this::handle)
                .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
                .listen(port, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        this.port = server.actualPort();
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    private void handle(HttpServerRequest request) {
        if (request.path().equals("/health/ready")) {
            request.response().setStatusCode(ready.get() ? 200 : 503).end();
            return;
        }
        requests.incrementAndGet();
        if (failing.get()) {
            request.response().setStatusCode(500).end();
            return;
        }
        if (request.path().equals("/slow")) {
            waiting.incrementAndGet();
            vertx.setPeriodic(5, timer -> {
                if (released.get()) {
                    vertx.cancelTimer(timer);
                    answer(request, "");
                }
            });
            return;
        }
        if (request.path().equals("/hang-up")) {
            request.connection().close();
            return;
        }
        request.body().onSuccess(body -> answer(request, body.toString()));
    }

    private void answer(HttpServerRequest request, String body) {
        JsonObject fields = new JsonObject();
        request.headers().forEach(field -> fields.put(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
        JsonObject seen = new JsonObject()
                .put("method", request.method().name())
                .put("target", request.uri())
                .put("fields", fields)
                .put("body", body);
        request.response()
                .putHeader("X-Server", name)
                .putHeader("Content-Type", "application/json")
                .end(seen.encode());
    }

    /** Listener and connections end at once. */
    void kill() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        kill();
    }
}
