package com.foobar.app.comment;

import com.fasterxml.jackson.core.JsonGenerator;
import com.foobar.app.db.Rows;
import com.foobar.app.http.JsonBody;
import com.foobar.app.profile.Profile;
import java.io.IOException;
import java.time.LocalDateTime;

/** A comment as a viewer sees it. */
record Comment(long id, LocalDateTime createdAt, LocalDateTime updatedAt, String body, Profile author)
        implements JsonBody {
    /** The specification's {@code comment}. */
    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", id);
        json.writeStringField("createdAt", Rows.iso(createdAt));
        json.writeStringField("updatedAt", Rows.iso(updatedAt));
        json.writeStringField("body", body);
        json.writeFieldName("author");
        author.write(json);
        json.writeEndObject();
    }
}
