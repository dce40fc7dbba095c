package com.foobar.app.profile;

import com.fasterxml.jackson.core.JsonGenerator;
import com.foobar.app.http.JsonBody;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A user as others see it.
 *
 * @param id never shown
 * @param following whether the viewer follows
 */
public record Profile(
        long id,
        String username,
        @Nullable String bio,
        @Nullable String image,
        boolean following) implements JsonBody {
    /**
     * Columns of a query that has the user as {@code u}; one value: the viewer. {@link #of} reads them.
     */
    public static final String COLUMNS = "u.id AS profile_id, u.username, u.bio, u.image,"
            + " EXISTS (SELECT 1 FROM follows w WHERE w.follower_id = ? AND w.followed_id = u.id) AS following";

    /** How many {@link #COLUMNS} there are. */
    public static final int WIDTH = 5;

    /**
     * From a row that has {@link #COLUMNS}. By position: to find a column by its name takes longer than to read it.
     *
     * @param first where they begin
     */
    public static Profile of(Row row, int first) {
        return new Profile(
                row.getLong(first),
                row.getString(first + 1),
                row.getString(first + 2),
                row.getString(first + 3),
                row.getInteger(first + 4) != 0);
    }

    /** The specification's {@code profile}. */
    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("username", username);
        json.writeStringField("bio", bio);
        json.writeStringField("image", image);
        json.writeBooleanField("following", following);
        json.writeEndObject();
    }
}
