package com.foobar.app.profile;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
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
        boolean following) {
    /**
     * Columns of a query that has the user as {@code u}; one value: the viewer. {@link #of} reads them.
     */
    public static final String COLUMNS = "u.id AS profile_id, u.username, u.bio, u.image,"
            + " EXISTS (SELECT 1 FROM follows w WHERE w.follower_id = ? AND w.followed_id = u.id) AS following";

    /** From a row that has {@link #COLUMNS}. */
    public static Profile of(Row row) {
        return new Profile(
                row.getLong("profile_id"),
                row.getString("username"),
                row.getString("bio"),
                row.getString("image"),
                row.getInteger("following") != 0);
    }

    /** The specification's {@code profile}. */
    public JsonObject json() {
        return new JsonObject()
                .put("username", username)
                .put("bio", bio)
                .put("image", image)
                .put("following", following);
    }
}
