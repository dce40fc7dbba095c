package com.foobar.app.user;

import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import io.vertx.mysqlclient.MySQLClient;
import io.vertx.sqlclient.Row;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table {@code users}. */
public final class UserRepository {
    private static final Sql INSERT = new Sql(
            "user-insert",
            "INSERT INTO users (username, email, password_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?)");
    private static final Sql BY_ID =
            new Sql("user-by-id", "SELECT id, username, email, bio, image FROM users WHERE id = ?");
    private static final Sql BY_ID_FOR_UPDATE = new Sql("user-by-id-for-update", BY_ID.text() + " FOR UPDATE");
    private static final Sql CREDENTIALS = new Sql(
            "user-credentials", "SELECT id, username, email, bio, image, password_hash FROM users WHERE email = ?");
    private static final Sql UPDATE = new Sql(
            "user-update",
            "UPDATE users SET username = ?, email = ?, bio = ?, image = ?, password_hash = COALESCE(?, password_hash),"
                    + " updated_at = ? WHERE id = ?");
    private static final Sql REPLACE_HASH =
            new Sql("user-replace-hash", "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?");
    private static final Sql USERNAME_TAKEN =
            new Sql("user-username-taken", "SELECT 1 FROM users WHERE username = ? AND id <> ?");
    private static final Sql EMAIL_TAKEN =
            new Sql("user-email-taken", "SELECT 1 FROM users WHERE email = ? AND id <> ?");
    private static final Sql ANY = new Sql("user-any", "SELECT id FROM users LIMIT 1 FOR UPDATE");
    private static final Sql ADORN = new Sql("user-adorn", "UPDATE users SET bio = ?, image = ? WHERE id = ?");

    /** Who somebody is, and what the password is compared with; {@link #toString} hides the latter. */
    record Credentials(User user, String passwordHash) {
        @Override
        public String toString() {
            return "Credentials[" + user.username() + "]";
        }
    }

    /** Adds an account; fails where the unique keys on name or email refuse. */
    public Future<User> insert(Statements db, String username, String email, String passwordHash) {
        LocalDateTime now = Rows.now();
        return db.run(INSERT, username, email, passwordHash, now, now)
                .map(rows -> new User(rows.property(MySQLClient.LAST_INSERTED_ID), username, email, null, null));
    }

    /** Gives a new account what registration does not ask for. */
    public Future<Void> adorn(Statements db, long id, String bio, String image) {
        return db.run(ADORN, bio, image, id).mapEmpty();
    }

    /** Whether there is any account. Of two who ask at the same time and then add one, one gets a deadlock and asks again. */
    public Future<Boolean> any(Statements db) {
        return db.run(ANY).map(rows -> rows.size() > 0);
    }

    Future<@Nullable User> byId(Statements db, long id) {
        return db.run(BY_ID, id).map(rows -> Rows.first(rows, UserRepository::user));
    }

    Future<@Nullable User> byIdForUpdate(Statements db, long id) {
        return db.run(BY_ID_FOR_UPDATE, id).map(rows -> Rows.first(rows, UserRepository::user));
    }

    Future<@Nullable Credentials> credentials(Statements db, String email) {
        return db.run(CREDENTIALS, email)
                .map(rows -> Rows.first(rows, row -> new Credentials(user(row), row.getString("password_hash"))));
    }

    /** @param passwordHash null keeps the password */
    Future<Void> update(Statements db, User user, @Nullable String passwordHash) {
        return db.run(
                        UPDATE,
                        user.username(),
                        user.email(),
                        user.bio(),
                        user.image(),
                        passwordHash,
                        Rows.now(),
                        user.id())
                .mapEmpty();
    }

    /** Stores another hash of the same password, unless somebody has changed it meanwhile. */
    Future<Void> replaceHash(Statements db, Credentials old, String hash) {
        return db.run(REPLACE_HASH, hash, old.user().id(), old.passwordHash()).mapEmpty();
    }

    /** Which of {@code username} and {@code email} another account has; null is not asked for. */
    Future<List<String>> taken(Statements db, long except, @Nullable String username, @Nullable String email) {
        List<String> taken = new ArrayList<>();
        return exists(db, USERNAME_TAKEN, username, except)
                .onSuccess(exists -> addIf(exists, taken, "username"))
                .compose(v -> exists(db, EMAIL_TAKEN, email, except))
                .onSuccess(exists -> addIf(exists, taken, "email"))
                .map(taken);
    }

    private static Future<Boolean> exists(Statements db, Sql sql, @Nullable String value, long except) {
        return value == null
                ? Future.succeededFuture(false)
                : db.run(sql, value, except).map(rows -> rows.size() > 0);
    }

    private static void addIf(boolean condition, List<String> list, String value) {
        if (condition) {
            list.add(value);
        }
    }

    private static User user(Row row) {
        return new User(
                row.getLong("id"),
                row.getString("username"),
                row.getString("email"),
                row.getString("bio"),
                row.getString("image"));
    }
}
