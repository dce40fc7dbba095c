package com.foobar.app.http;

import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.observability.AccessLog;
import com.foobar.kit.observability.RequestId;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** Follows requests for the access log and the metrics: every one that gets an answer, but for {@link ApiRouter#READY_PATH}. Safe from any thread. */
public final class RequestTrails {
    /** The template of what matched none. */
    static final String NO_ROUTE = "none";

    private final AccessLog accessLog;
    private final AppMetrics metrics;

    public RequestTrails(AccessLog accessLog, AppMetrics metrics) {
        this.accessLog = accessLog;
        this.metrics = metrics;
    }

    /**
     * Begins to follow a request, until its answer is sent or its client is gone.
     *
     * @param route the template that it matched
     */
    RequestTrail follow(RoutingContext context, String route) {
        RequestTrail trail = begin(context.request(), route);
        context.addEndHandler(ended -> trail.end(ended.failed()));
        return trail;
    }

    /** As {@link #follow}, for a request that comes to no router: the caller says when it {@linkplain RequestTrail#end ends}. */
    RequestTrail begin(HttpServerRequest request) {
        return begin(request, NO_ROUTE);
    }

    private RequestTrail begin(HttpServerRequest request, String route) {
        RequestTrail trail = new RequestTrail(accessLog, metrics, request, route);
        metrics.requestStarted();
        request.response().putHeader(RequestId.FIELD, trail.requestId());
        return trail;
    }
}
