package com.foobar.app.http;

import com.foobar.app.db.DbSession;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.observability.AccessEntry;
import com.foobar.kit.observability.AccessLog;
import com.foobar.kit.observability.RequestId;
import com.foobar.kit.observability.TraceContext;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of one request for the access log and the metrics; made by {@link RequestTrails}. For its event loop only. */
final class RequestTrail {
    private static final int CLIENT_GONE = 499;

    private final AccessLog accessLog;
    private final AppMetrics metrics;
    private final HttpServerRequest request;
    private final String route;
    private final String requestId;
    private final TraceContext trace;
    private final Instant time = Instant.now();
    private final long started = System.nanoTime();
    private @Nullable DbSession db;
    private @Nullable String readBy;

    RequestTrail(AccessLog accessLog, AppMetrics metrics, HttpServerRequest request, String route) {
        this.accessLog = accessLog;
        this.metrics = metrics;
        this.request = request;
        this.route = route;
        String received = request.getHeader(RequestId.FIELD);
        this.requestId = received != null && RequestId.isAcceptable(received) ? received : RequestId.make();
        TraceContext parent = TraceContext.parse(request.getHeader(TraceContext.FIELD));
        this.trace = parent == null ? TraceContext.root() : parent.child();
    }

    String requestId() {
        return requestId;
    }

    String traceId() {
        return trace.traceId();
    }

    void uses(DbSession session) {
        db = session;
    }

    /** @param reader the request whose read answers this one as well; null where it reads for itself */
    void readBy(@Nullable String reader) {
        readBy = reader;
    }

    /** Counts the request and writes its line. */
    void end(boolean clientGone) {
        long nanos = System.nanoTime() - started;
        int status = clientGone ? CLIENT_GONE : request.response().getStatusCode();
        metrics.requestEnded(methodLabel(), route, status, nanos, trace.traceId());
        if (readBy != null) {
            metrics.readShared(route);
        }
        if (accessLog.isEnabled()) {
            accessLog.log(new AccessEntry(
                    time,
                    request.remoteAddress().hostAddress(),
                    request.method().name(),
                    request.uri(),
                    status,
                    request.response().bytesWritten(),
                    nanos,
                    requestId,
                    trace.traceId(),
                    extra()));
        }
    }

    /** Clients may invent methods; metrics must not grow by them. */
    private String methodLabel() {
        return switch (request.method().name()) {
            case "GET", "HEAD", "POST", "PUT", "DELETE" -> request.method().name();
            default -> "other";
        };
    }

    private Map<String, Object> extra() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("route", route);
        if (db != null) {
            extra.put("statements", db.statements());
            extra.put("rows", db.rows());
        }
        if (readBy != null) {
            extra.put("read-by", readBy);
        }
        String forwardedFor = request.getHeader("X-Forwarded-For");
        if (forwardedFor != null) {
            extra.put("for", forwardedFor);
        }
        return extra;
    }
}
