package com.foobar.app.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * The body of a request.
 *
 * @param bytes as they were sent
 * @param object what they say
 */
record RequestBody(Buffer bytes, JsonObject object) {
    /** Of a request whose body has no meaning. */
    static RequestBody none() {
        return new RequestBody(Buffer.buffer(), new JsonObject());
    }
}
