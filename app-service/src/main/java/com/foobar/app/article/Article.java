package com.foobar.app.article;

import com.fasterxml.jackson.core.JsonGenerator;
import com.foobar.app.db.Rows;
import com.foobar.app.http.JsonBody;
import com.foobar.app.profile.Profile;
import java.io.IOException;
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
        Profile author)
        implements JsonBody {

    /** The specification's {@code article}; without {@code body} where there is none. */
    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("slug", slug);
        json.writeStringField("title", title);
        json.writeStringField("description", description);
        if (body != null) {
            json.writeStringField("body", body);
        }
        json.writeArrayFieldStart("tagList");
        for (String tag : tags) {
            json.writeString(tag);
        }
        json.writeEndArray();
        json.writeStringField("createdAt", Rows.iso(createdAt));
        json.writeStringField("updatedAt", Rows.iso(updatedAt));
        json.writeBooleanField("favorited", favorited);
        json.writeNumberField("favoritesCount", favoritesCount);
        json.writeFieldName("author");
        author.write(json);
        json.writeEndObject();
    }
}
