package com.foobar.kit.management;

import com.foobar.kit.Readiness;
import com.foobar.kit.Service;
import com.foobar.kit.ServiceIdentity;
import com.foobar.kit.StartFailure;
import com.foobar.kit.http.Problem;
import com.foobar.kit.settings.HostPort;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The port for operators, apart from traffic: {@code /metrics} (Prometheus text or OpenMetrics, by {@code Accept}),
 * {@code /health/live}, {@code /health/ready}, {@code /info}, and what the service adds. It listens before the service
 * starts, so that a start that takes long can be watched.
 */
public final class ManagementServer {
    private static final int MAX_REQUEST_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final ServiceIdentity identity;
    private final PrometheusRegistry registry;
    private final ManagementEndpoints endpoints;
    private final Supplier<Readiness> readiness;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final HttpServer server;

    /** @param readiness the verdict that counts: the service's own, overruled while it stops */
    public ManagementServer(
            Vertx vertx,
            ServiceIdentity identity,
            PrometheusRegistry registry,
            ManagementEndpoints endpoints,
            Supplier<Readiness> readiness,
            Service service) {
        this.vertx = vertx;
        this.identity = identity;
        this.registry = registry;
        this.endpoints = endpoints;
        this.readiness = readiness;
        endpoints.add("GET", "/metrics", this::metrics);
        endpoints.add("GET", "/health/live", request -> text(request, 200, "alive\n"));
        endpoints.add("GET", "/health/ready", this::ready);
        endpoints.add("GET", "/info", request -> info(request, service));
        endpoints.add("GET", "/", this::index);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setCompressionSupported(true)
                        // Vert.x 5.0.10 on this Netty names gzip but sends plain bytes on connections upgraded to
                        // HTTP/2.
                        .setHttp2ClearTextEnabled(false)
                        .setIdleTimeout(60)
                        .setMaxInitialLineLength(4096)
                        .setMaxHeaderSize(8192))
                .requestHandler(this::route);
    }

    /**
     * Listens.
     *
     * @return the port; fails with {@link StartFailure} where it is taken
     */
    public Future<Integer> listen(HostPort address) {
        return server.listen(address.port(), address.host())
                .map(HttpServer::actualPort)
                .recover(e -> Future.failedFuture(
                        StartFailure.cannotListen("management.listen", address.host(), address.port(), e)));
    }

    /** Closes the port. */
    public Future<Void> close() {
        return server.close();
    }

    private void route(HttpServerRequest request) {
        Map<HttpMethod, Handler<HttpServerRequest>> methods = endpoints.at(request.path());
        if (methods == null) {
            problem(request, new Problem(404, "Not Found", "There is no such page; / lists them.", null));
            return;
        }
        HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
        Handler<HttpServerRequest> handler = methods.get(method);
        if (handler == null) {
            request.response()
                    .putHeader(
                            "Allow",
                            methods.keySet().stream()
                                    .map(HttpMethod::name)
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
            problem(
                    request,
                    new Problem(405, "Method Not Allowed", "This page does not answer " + request.method(), null));
            return;
        }
        long length = contentLength(request);
        if (length > MAX_REQUEST_BYTES) {
            problem(request, new Problem(413, "Content Too Large", "At most " + MAX_REQUEST_BYTES + " bytes.", null));
            return;
        }
        handler.handle(request);
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Collecting walks every metric and the JVM's beans: a worker does it. */
    private void metrics(HttpServerRequest request) {
        ExpositionFormatWriter writer = formats.findWriter(request.getHeader("Accept"));
        vertx.<Buffer>executeBlocking(() -> scrape(writer), false).onComplete(result -> {
            if (result.succeeded()) {
                request.response()
                        .putHeader("Content-Type", writer.getContentType())
                        .end(result.result());
            } else {
                problem(
                        request,
                        new Problem(
                                500,
                                "Internal Server Error",
                                "The metrics could not be collected: " + result.cause(),
                                null));
            }
        });
    }

    private Buffer scrape(ExpositionFormatWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 * 1024);
        writer.write(out, registry.scrape());
        return Buffer.buffer(out.toByteArray());
    }

    private void ready(HttpServerRequest request) {
        Readiness verdict = readiness.get();
        if (verdict.isReady()) {
            text(request, 200, "ready\n");
        } else {
            text(request, 503, "not ready: " + verdict.reason() + "\n");
        }
    }

    private void info(HttpServerRequest request, Service service) {
        JsonArray neighbours = new JsonArray();
        service.neighbours()
                .forEach(n -> neighbours.add(new JsonObject()
                        .put("name", n.name())
                        .put("address", n.address())
                        .put("state", n.state())));
        Readiness verdict = readiness.get();
        JsonObject info = new JsonObject()
                .put("name", identity.name())
                .put("version", identity.version())
                .put("instance", identity.instance())
                .put("startedAt", identity.startedAt().toString())
                .put("java", Runtime.version().toString())
                .put("pid", ProcessHandle.current().pid())
                .put("ready", verdict.isReady());
        if (!verdict.isReady()) {
            info.put("notReadyBecause", verdict.reason());
        }
        info.put("neighbours", neighbours);
        json(request, info);
    }

    private void index(HttpServerRequest request) {
        StringBuilder page = new StringBuilder(identity.instance())
                .append(" (")
                .append(identity.name())
                .append(")\n");
        endpoints.paths().forEach(path -> page.append(path).append('\n'));
        text(request, 200, page.toString());
    }

    private static void json(HttpServerRequest request, JsonObject body) {
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.encodePrettily() + "\n");
    }

    private static void text(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }

    private static void problem(HttpServerRequest request, Problem problem) {
        request.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.JSON)
                .end(problem.json());
    }
}
