package com.foobar.app.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A successful answer.
 *
 * @param body JSON
 * @param secret whether nobody may keep it, not even the caller's browser: it has a token
 */
public record Reply(int status, @Nullable Buffer body, boolean secret) {
    /** 200. */
    public static Reply ok(String key, Object value) {
        return new Reply(200, object(key, value), false);
    }

    /** 200. */
    public static Reply ok(JsonBody body) {
        return new Reply(200, body.toBuffer(), false);
    }

    /** 200, with a token. */
    public static Reply secret(String key, Object value) {
        return new Reply(200, object(key, value), true);
    }

    /** 201. */
    public static Reply created(String key, Object value) {
        return new Reply(201, object(key, value), false);
    }

    /** 201. */
    public static Reply created(JsonBody body) {
        return new Reply(201, body.toBuffer(), false);
    }

    /** 204. */
    public static Reply noContent() {
        return new Reply(204, null, false);
    }

    private static Buffer object(String key, Object value) {
        return new JsonObject().put(key, value).toBuffer();
    }
}
