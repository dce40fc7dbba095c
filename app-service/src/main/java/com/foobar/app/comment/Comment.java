package com.foobar.app.comment;

import com.foobar.app.db.Rows;
import com.foobar.app.profile.Profile;
import io.vertx.core.json.JsonObject;
import java.time.LocalDateTime;

/** A comment as a viewer sees it. */
record Comment(long id, LocalDateTime createdAt, LocalDateTime updatedAt, String body, Profile author) {
    /** The specification's {@code comment}. */
    JsonObject json() {
        return new JsonObject()
                .put("id", id)
                .put("createdAt", Rows.iso(createdAt))
                .put("updatedAt", Rows.iso(updatedAt))
                .put("body", body)
                .put("author", author.json());
    }
}
