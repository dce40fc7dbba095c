package com.foobar.app.http;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A successful answer. */
public record Reply(int status, @Nullable JsonObject body) {
    /** 200. */
    public static Reply ok(String key, Object value) {
        return new Reply(200, new JsonObject().put(key, value));
    }

    /** 200. */
    public static Reply ok(JsonObject body) {
        return new Reply(200, body);
    }

    /** 201. */
    public static Reply created(String key, Object value) {
        return new Reply(201, new JsonObject().put(key, value));
    }

    /** 204. */
    public static Reply noContent() {
        return new Reply(204, null);
    }
}
