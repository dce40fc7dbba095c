package com.foobar.web;

import com.foobar.kit.http.Problem;
import com.foobar.kit.management.ManagementEndpoints;
import com.foobar.web.cache.ResponseCache;
import com.foobar.web.metrics.CacheMetrics;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The cache on the management port: {@code GET /cache} tells of it, {@code POST /cache/purge} removes what is stored. */
final class CacheEndpoints {
    private final ResponseCache cache;
    private final CacheMetrics metrics;

    CacheEndpoints(ResponseCache cache, CacheMetrics metrics) {
        this.cache = cache;
        this.metrics = metrics;
    }

    void addTo(ManagementEndpoints endpoints) {
        endpoints.add("GET", "/cache", this::show);
        endpoints.add("POST", "/cache/purge", this::purge);
    }

    private void show(HttpServerRequest request) {
        answer(
                request,
                new JsonObject()
                        .put("responses", cache.responses())
                        .put("bytes", cache.bytes())
                        .put("incomingBytes", cache.incoming())
                        .put("evictions", cache.evictions())
                        .put("hitRatio", metrics.hitRatio()));
    }

    /** One of {@code path} and {@code prefix}, or {@code all=true}: an empty request removes nothing, so that a forgotten parameter is not a storm of misses. */
    private void purge(HttpServerRequest request) {
        String path = request.getParam("path");
        String prefix = request.getParam("prefix");
        boolean all = "true".equals(request.getParam("all"));
        int given = (path == null ? 0 : 1) + (prefix == null ? 0 : 1) + (all ? 1 : 0);
        if (given != 1 || !isPath(path) || !isPath(prefix)) {
            Problem problem = new Problem(
                    400,
                    "Bad Request",
                    "Say what to purge by one of ?path=/api/tags, ?prefix=/api/articles or ?all=true.",
                    null);
            request.response()
                    .setStatusCode(400)
                    .putHeader("Content-Type", Problem.JSON)
                    .end(problem.json());
            return;
        }
        int purged =
                path != null ? cache.purge(path, false) : prefix != null ? cache.purge(prefix, true) : cache.purgeAll();
        answer(request, new JsonObject().put("purged", purged));
    }

    private static boolean isPath(@Nullable String text) {
        return text == null || text.startsWith("/");
    }

    private static void answer(HttpServerRequest request, JsonObject body) {
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.encodePrettily() + "\n");
    }
}
