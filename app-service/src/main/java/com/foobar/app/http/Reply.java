package com.foobar.app.http;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A successful answer.
 *
 * @param secret whether nobody may keep it, not even the caller's browser: it has a token
 */
public record Reply(int status, @Nullable JsonObject body, boolean secret) {
    /** 200. */
    public static Reply ok(String key, Object value) {
        return ok(new JsonObject().put(key, value));
    }

    /** 200. */
    public static Reply ok(JsonObject body) {
        return new Reply(200, body, false);
    }

    /** 200, with a token. */
    public static Reply secret(String key, Object value) {
        return new Reply(200, new JsonObject().put(key, value), true);
    }

    /** 201. */
    public static Reply created(String key, Object value) {
        return new Reply(201, new JsonObject().put(key, value), false);
    }

    /** 204. */
    public static Reply noContent() {
        return new Reply(204, null, false);
    }
}
