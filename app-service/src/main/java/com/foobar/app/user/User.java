package com.foobar.app.user;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** An account, as its owner sees it. */
public record User(
        long id,
        String username,
        String email,
        @Nullable String bio,
        @Nullable String image) {

    /** The specification's {@code user}. */
    JsonObject json(String token) {
        return new JsonObject()
                .put("email", email)
                .put("token", token)
                .put("username", username)
                .put("bio", bio)
                .put("image", image);
    }
}
