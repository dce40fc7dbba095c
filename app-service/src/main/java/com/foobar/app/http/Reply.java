package com.foobar.app.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A successful answer.
 *
 * @param body JSON
 * @param secret whether nobody may keep it, not even the caller's browser: it has a token
 * @param tag the body's validator; null where it is not made
 */
public record Reply(
        int status,
        @Nullable Buffer body,
        boolean secret,
        @Nullable String tag) {
    /** 200. */
    public static Reply ok(String key, Object value) {
        return new Reply(200, object(key, value), false, null);
    }

    /** 200. */
    public static Reply ok(JsonBody body) {
        return new Reply(200, body.toBuffer(), false, null);
    }

    /** 200, with a token. */
    public static Reply secret(String key, Object value) {
        return new Reply(200, object(key, value), true, null);
    }

    /** 201. */
    public static Reply created(String key, Object value) {
        return new Reply(201, object(key, value), false, null);
    }

    /** 201. */
    public static Reply created(JsonBody body) {
        return new Reply(201, body.toBuffer(), false, null);
    }

    /** 204. */
    public static Reply noContent() {
        return new Reply(204, null, false, null);
    }

    /** With the validator of its body, for callers who may keep it. */
    Reply tagged() {
        return secret || body == null ? this : new Reply(status, body, false, EntityTag.of(body));
    }

    private static Buffer object(String key, Object value) {
        return new JsonObject().put(key, value).toBuffer();
    }
}
