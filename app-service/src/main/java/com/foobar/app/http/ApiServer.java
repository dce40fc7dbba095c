package com.foobar.app.http;

import com.foobar.app.config.HttpSettings;
import com.foobar.kit.StartFailure;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The traffic port: HTTP/1.1, one server per event loop, all on one address. */
public final class ApiServer {
    private final Vertx vertx;
    private final HttpSettings settings;
    private final Supplier<Router> routes;
    private final RequestTrails trails;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    /**
     * A server that does not listen yet.
     *
     * @param routes makes those of one event loop
     * @param trails follow what comes to no route
     */
    public ApiServer(Vertx vertx, HttpSettings settings, Supplier<Router> routes, RequestTrails trails) {
        this.vertx = vertx;
        this.settings = settings;
        this.routes = routes;
        this.trails = trails;
    }

    /** Listens; fails with {@link StartFailure} where that cannot be. */
    public Future<Void> start() {
        int loops = settings.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : settings.eventLoops();
        return vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(loops))
                .recover(failure -> Future.failedFuture(StartFailure.cannotListen(
                        "http.listen",
                        settings.listen().host(),
                        settings.listen().port(),
                        failure)))
                .mapEmpty();
    }

    /** The port that it listens on. */
    public int port() {
        return servers.get(0).actualPort();
    }

    /** Accepts no more connections; completes when the requests under way have been answered, or after the limit. */
    public Future<Void> drain(Duration limit) {
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(limit.toMillis(), TimeUnit.MILLISECONDS))
                        .toList())
                .mapEmpty();
    }

    /** Closes what is left. */
    public Future<Void> stop() {
        return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost(settings.listen().host())
                // Below zero the loops share the free port that they get.
                .setPort(settings.listen().port() == 0 ? -1 : settings.listen().port())
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout((int) settings.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxInitialLineLength(settings.maxHeader().toInt())
                .setMaxHeaderSize(settings.maxHeader().toInt())
                .setHandle100ContinueAutomatically(true)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true);
    }

    private final class Loop extends VerticleBase {
        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(options())
                    .requestHandler(routes.get())
                    .invalidRequestHandler(ApiServer.this::refuse);
            return server.listen().onSuccess(servers::add);
        }
    }

    /** What is no HTTP request, or has too long a head: of that little is known, in the access log as well. */
    private void refuse(HttpServerRequest request) {
        RequestTrail trail = trails.begin(request);
        Throwable cause = request.decoderResult().cause();
        ApiError error = cause instanceof TooLongHttpLineException
                ? new ApiError(414, Map.of("path", List.of("is too long")))
                : cause instanceof TooLongHttpHeaderException
                        ? new ApiError(431, Map.of("headers", List.of("are too large")))
                        : ApiError.malformed("is not a valid HTTP request");
        request.response()
                .setStatusCode(error.status())
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("Connection", "close")
                .end(error.body().toBuffer())
                .onComplete(sent -> {
                    trail.end(sent.failed());
                    request.connection().close();
                });
    }
}
