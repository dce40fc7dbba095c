package com.foobar.kit.management;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The pages of the management port. A service adds its own while it is built; a path is exact and has one handler per method. */
public final class ManagementEndpoints {
    private final Map<String, Map<HttpMethod, Handler<HttpServerRequest>>> handlers = new ConcurrentHashMap<>();

    /**
     * Adds a page.
     *
     * @param path exact, without query: {@code /topology}
     * @param handler called on an event loop; ends the response
     * @throws IllegalStateException where the path has a handler for that method
     */
    public void add(String method, String path, Handler<HttpServerRequest> handler) {
        Map<HttpMethod, Handler<HttpServerRequest>> methods =
                handlers.computeIfAbsent(path, p -> new ConcurrentHashMap<>());
        if (methods.putIfAbsent(HttpMethod.valueOf(method), handler) != null) {
            throw new IllegalStateException(method + " " + path + " has a handler already");
        }
    }

    /** The handlers of a path by method; null where there is no such page. */
    @Nullable
    Map<HttpMethod, Handler<HttpServerRequest>> at(String path) {
        return handlers.get(path);
    }

    /** All paths, sorted. */
    Iterable<String> paths() {
        return new TreeMap<>(handlers).keySet();
    }
}
