package com.foobar.app.profile;

import com.foobar.app.db.DbSession;
import com.foobar.app.db.SqlErrors;
import com.foobar.app.db.Statements;
import com.foobar.app.http.ApiError;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Looking at users and following them. */
public final class ProfileRules {
    private final ProfileRepository profiles;

    public ProfileRules(ProfileRepository profiles) {
        this.profiles = profiles;
    }

    /** Fails with 404 where there is no such user. */
    Future<Profile> get(DbSession db, String username, long viewer) {
        return db.read(connection -> existing(connection, username, viewer));
    }

    /** As {@link #get}, within a transaction, by what never changes. */
    Future<Profile> byId(Statements tx, long id, long viewer) {
        return profiles.byId(tx, id, viewer).map(ProfileRules::found);
    }

    /** Following somebody followed already is fine. */
    Future<Profile> follow(Statements tx, String username, long follower) {
        return profiles.follow(tx, follower, username)
                .recover(ProfileRules::callerGone)
                .compose(v -> existing(tx, username, follower));
    }

    /** Unfollowing somebody not followed is fine. */
    Future<Profile> unfollow(DbSession db, String username, long follower) {
        return db.writeIdempotent(
                tx -> profiles.unfollow(tx, follower, username).compose(v -> existing(tx, username, follower)));
    }

    private Future<Profile> existing(Statements db, String username, long viewer) {
        return profiles.byUsername(db, username, viewer).map(ProfileRules::found);
    }

    private static Profile found(@Nullable Profile profile) {
        if (profile == null) {
            throw ApiError.notFound("profile");
        }
        return profile;
    }

    /** The followed user was read from the table itself, so the missing one can only be the caller. */
    private static Future<Void> callerGone(Throwable failure) {
        return Future.failedFuture(SqlErrors.isMissingReference(failure) ? ApiError.tokenInvalid() : failure);
    }
}
