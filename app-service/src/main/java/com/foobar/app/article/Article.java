package com.foobar.app.article;

import com.foobar.app.db.Rows;
import com.foobar.app.profile.Profile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An article as a viewer sees it.
 *
 * @param body null in lists
 * @param tags sorted
 * @param favorited whether the viewer likes it
 */
public record Article(
        long id,
        String slug,
        String title,
        String description,
        @Nullable String body,
        List<String> tags,
        LocalDateTime createdAt,
        LocalDateTime updatedAt,
        boolean favorited,
        long favoritesCount,
        Profile author) {

    /** The specification's {@code article}; without {@code body} where there is none. */
    JsonObject json() {
        JsonObject json = new JsonObject().put("slug", slug).put("title", title).put("description", description);
        if (body != null) {
            json.put("body", body);
        }
        return json.put("tagList", new JsonArray(tags))
                .put("createdAt", Rows.iso(createdAt))
                .put("updatedAt", Rows.iso(updatedAt))
                .put("favorited", favorited)
                .put("favoritesCount", favoritesCount)
                .put("author", author.json());
    }
}
