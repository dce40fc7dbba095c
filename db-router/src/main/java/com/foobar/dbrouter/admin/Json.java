package com.foobar.dbrouter.admin;

import com.foobar.kit.http.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** How pages answer: JSON, or the same as a page with tables where the client is a browser. */
final class Json {
    private Json() {}

    static void answer(HttpServerRequest request, JsonObject body) {
        String accept = request.getHeader("Accept");
        boolean browser = accept != null && accept.contains("text/html");
        request.response()
                .putHeader("Content-Type", browser ? "text/html; charset=utf-8" : "application/json")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Vary", "Accept")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(browser ? HtmlPage.of(request.path(), body) : body.encodePrettily() + "\n");
    }

    static void refuse(HttpServerRequest request, int status, String title, String detail) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", Problem.JSON)
                .end(new Problem(status, title, detail, null).json());
    }
}
