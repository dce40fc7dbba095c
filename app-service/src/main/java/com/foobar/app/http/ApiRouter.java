package com.foobar.app.http;

import com.foobar.app.db.Database;
import com.foobar.app.db.DbSession;
import com.foobar.app.http.Call.Identity;
import com.foobar.app.idempotency.Idempotency;
import com.foobar.kit.Readiness;
import com.foobar.kit.observability.ServerTiming;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Leads each request to its endpoint: who calls, then its body, then the endpoint, then the answer. Every failure on that way
 * becomes an answer in {@link Failures}. For one event loop only.
 */
public final class ApiRouter {
    /** Path of the readiness that the tier before checks; neither logged nor counted. */
    public static final String READY_PATH = "/health/ready";

    private static final String JSON = "application/json; charset=utf-8";

    private final Vertx vertx;
    private final Database database;
    private final Idempotency idempotency;
    private final Callers callers;
    private final RequestBodies bodies;
    private final RequestTrails trails;
    private final Supplier<Readiness> readiness;
    private final Supplier<@Nullable String> obstacle;
    private final SharedReads<Question, Reply> reads;
    private final @Nullable String serverTiming;

    /**
     * @param sharedReadWait how long a shared read may make the next one wait, see {@link SharedReads}
     * @param serverTiming metric that names this instance to clients, or null to tell them nothing
     * @param readiness whether requests should be sent here, for the tier before: {@link #READY_PATH}
     * @param obstacle why a request that came nevertheless cannot be served; null where it can be tried, as it is while
     *     stopping, or while the database is away for a moment
     */
    public ApiRouter(
            Vertx vertx,
            Duration sharedReadWait,
            @Nullable String serverTiming,
            Database database,
            Idempotency idempotency,
            Callers callers,
            RequestBodies bodies,
            RequestTrails trails,
            Supplier<Readiness> readiness,
            Supplier<@Nullable String> obstacle) {
        this.vertx = vertx;
        this.database = database;
        this.idempotency = idempotency;
        this.callers = callers;
        this.bodies = bodies;
        this.trails = trails;
        this.readiness = readiness;
        this.obstacle = obstacle;
        this.serverTiming = serverTiming;
        this.reads = new SharedReads<>(vertx, sharedReadWait);
    }

    /**
     * What a shared read answers.
     *
     * @param target path and query as they were sent
     * @param viewer for whom the answer is made: no two users share one
     */
    private record Question(String target, long viewer) {}

    /**
     * The routes for a server.
     *
     * @param endpoints where two templates match the same path, the one listed first wins
     */
    public Router build(List<Endpoint> endpoints) {
        Router router = Router.router(vertx);
        router.get(READY_PATH).handler(this::answerReadiness);
        if (serverTiming != null) {
            router.route().handler(context -> {
                context.response().putHeader(ServerTiming.FIELD, serverTiming);
                context.next();
            });
        }
        Map<String, Map<HttpMethod, Endpoint>> byTemplate = new LinkedHashMap<>();
        endpoints.forEach(endpoint -> byTemplate
                .computeIfAbsent(endpoint.template(), template -> new LinkedHashMap<>())
                .put(endpoint.method(), endpoint));
        byTemplate.forEach(
                (template, methods) -> router.route(template).handler(context -> dispatch(context, template, methods)));
        ContractPage.all()
                .forEach((path, page) -> router.route(path).handler(context -> showContract(context, path, page)));
        router.route().handler(context -> refuse(context, ApiError.notFound("path")));
        // What Vert.x-Web finds wrong itself: a path that cannot be decoded.
        router.errorHandler(
                400, context -> refuse(context, new ApiError(400, Map.of("path", List.of("is malformed")))));
        router.errorHandler(500, context -> refuse(context, context.failure()));
        return router;
    }

    private void dispatch(RoutingContext context, String template, Map<HttpMethod, Endpoint> methods) {
        HttpMethod method = context.request().method();
        Endpoint endpoint = methods.get(method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method);
        if (endpoint != null) {
            serve(context, endpoint);
            return;
        }
        refuseMethod(
                context,
                template,
                methods.keySet().stream()
                        .flatMap(
                                name -> name.equals(HttpMethod.GET) ? Stream.of("GET", "HEAD") : Stream.of(name.name()))
                        .collect(Collectors.joining(", ")));
    }

    private void refuseMethod(RoutingContext context, String template, String allowed) {
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        refuse(
                context,
                template,
                new ApiError(405, Map.of("method", List.of("is not allowed here (allowed: " + allowed + ")"))));
    }

    private void serve(RoutingContext context, Endpoint endpoint) {
        RequestTrail trail = trails.follow(context, endpoint.template());
        DbSession db = database.session(trail.traceId());
        trail.uses(db);
        Future<Reply> reply;
        if (endpoint.method().equals(HttpMethod.GET)) {
            bodies.drop(context.request());
            reply = identify(context, endpoint).compose(who -> read(context, endpoint, trail, db, who));
        } else {
            // Nothing of a body is read before it is known that somebody may send it.
            context.request().pause();
            reply = identify(context, endpoint)
                    .onFailure(refused -> dropPaused(context))
                    .compose(who -> bodies.with(context.request(), endpoint.access(), body -> endpoint.handler()
                            .apply(new Call(context, db, idempotency, body, who))));
        }
        reply.onComplete(
                made -> answer(context, endpoint.access(), made), failure -> fail(context, failure, trail.requestId()));
    }

    /** Of one that may have been paused: to resume any other costs it a queue and a turn of the event loop. */
    private void dropPaused(RoutingContext context) {
        bodies.drop(context.request());
        context.request().resume();
    }

    private Future<@Nullable Identity> identify(RoutingContext context, Endpoint endpoint) {
        String why = obstacle.get();
        return why == null
                ? callers.identify(context.request(), endpoint.access())
                : Future.failedFuture(new NotReady(why));
    }

    /** The contract is there whatever becomes of the database. */
    private void showContract(RoutingContext context, String path, ContractPage page) {
        HttpMethod method = context.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            refuseMethod(context, path, "GET, HEAD");
            return;
        }
        trails.follow(context, path);
        bodies.drop(context.request());
        context.response()
                .putHeader("Content-Security-Policy", ContractPage.POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
        sendIfChanged(context, page.contentType(), "no-cache", page.body(), page.tag());
    }

    private Future<Reply> read(
            RoutingContext context, Endpoint endpoint, RequestTrail trail, DbSession db, @Nullable Identity identity) {
        Call call = new Call(context, db, idempotency, RequestBody.none(), identity);
        Supplier<Future<Reply>> read = () -> endpoint.handler().apply(call).map(Reply::tagged);
        if (!endpoint.shared()) {
            return read.get();
        }
        SharedReads.Share<Reply> share =
                reads.ask(new Question(context.request().uri(), call.viewer()), trail.requestId(), read);
        trail.readBy(share.by());
        return share.result();
    }

    private void answerReadiness(RoutingContext context) {
        Readiness verdict = readiness.get();
        JsonObject body = new JsonObject().put("status", verdict.isReady() ? "ready" : "not ready");
        if (!verdict.isReady()) {
            body.put("reason", verdict.reason());
        }
        send(context.response().setStatusCode(verdict.isReady() ? 200 : 503), body);
    }

    private void refuse(RoutingContext context, Throwable failure) {
        refuse(context, RequestTrails.NO_ROUTE, failure);
    }

    /** Answers a request that has no endpoint. */
    private void refuse(RoutingContext context, String route, Throwable failure) {
        RequestTrail trail = trails.follow(context, route);
        dropPaused(context);
        fail(context, failure, trail.requestId());
    }

    private static void fail(RoutingContext context, Throwable failure, String requestId) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        ApiError error = Failures.of(failure, requestId);
        if (error.retryAfterSeconds() > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(error.retryAfterSeconds()));
        }
        if (error.status() == 401) {
            response.putHeader("WWW-Authenticate", "Token");
        }
        send(response.setStatusCode(error.status()), error.body());
    }

    private static void answer(RoutingContext context, Access access, Reply reply) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(reply.status());
        Buffer body = reply.body();
        if (body == null) {
            response.end();
            return;
        }
        String tag = reply.tag();
        if (tag == null) {
            send(response, body);
            return;
        }
        // May be kept, but not used without asking: a read sees every write before it.
        boolean personal = context.request().headers().contains(HttpHeaders.AUTHORIZATION);
        if (access != Access.PUBLIC) {
            response.putHeader(HttpHeaders.VARY, "Authorization");
        }
        sendIfChanged(context, JSON, personal ? "private, no-cache" : "no-cache", body, tag);
    }

    /** 200 with the body, or 304 without where the caller has it already; both say the same for caches (RFC 9110 §15.4.5). */
    private static void sendIfChanged(
            RoutingContext context, String contentType, String caching, Buffer body, String tag) {
        HttpServerResponse response =
                context.response().putHeader(HttpHeaders.CACHE_CONTROL, caching).putHeader(HttpHeaders.ETAG, tag);
        if (EntityTag.matches(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(304).end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(body);
        }
    }

    private static void send(HttpServerResponse response, JsonObject body) {
        send(response, body.toBuffer());
    }

    private static void send(HttpServerResponse response, Buffer body) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }
}
