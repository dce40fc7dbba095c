package com.foobar.dbrouter.admin;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** How pages answer. */
final class Json {
    private Json() {}

    static void answer(HttpServerRequest request, JsonObject body) {
        request.response().putHeader("Content-Type", "application/json").end(body.encodePrettily() + "\n");
    }
}
