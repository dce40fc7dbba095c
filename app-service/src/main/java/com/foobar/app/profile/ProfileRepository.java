package com.foobar.app.profile;

import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The table {@code follows}, and of {@code users} what others may see. */
public final class ProfileRepository {
    private static final Sql BY_USERNAME =
            new Sql("profile-by-username", "SELECT " + Profile.COLUMNS + " FROM users u WHERE u.username = ?");
    private static final Sql BY_ID =
            new Sql("profile-by-id", "SELECT " + Profile.COLUMNS + " FROM users u WHERE u.id = ?");
    private static final Sql FOLLOW = new Sql(
            "follow-insert",
            "INSERT INTO follows (follower_id, followed_id, created_at) SELECT ?, u.id, ? FROM users u"
                    + " WHERE u.username = ? ON DUPLICATE KEY UPDATE follower_id = follows.follower_id");
    private static final Sql UNFOLLOW = new Sql(
            "follow-delete",
            "DELETE FROM follows WHERE follower_id = ? AND followed_id = (SELECT u.id FROM users u WHERE u.username = ?)");

    Future<@Nullable Profile> byUsername(Statements db, String username, long viewer) {
        return db.run(BY_USERNAME, viewer, username).map(rows -> Rows.first(rows, row -> Profile.of(row, 0)));
    }

    /** As {@link #byUsername}, for whom may have got another name meanwhile. */
    Future<@Nullable Profile> byId(Statements db, long id, long viewer) {
        return db.run(BY_ID, viewer, id).map(rows -> Rows.first(rows, row -> Profile.of(row, 0)));
    }

    /** Once is enough: following again changes nothing. Fails where the follower does not exist. */
    Future<Void> follow(Statements db, long follower, String username) {
        return db.run(FOLLOW, follower, Rows.now(), username).mapEmpty();
    }

    Future<Void> unfollow(Statements db, long follower, String username) {
        return db.run(UNFOLLOW, follower, username).mapEmpty();
    }
}
