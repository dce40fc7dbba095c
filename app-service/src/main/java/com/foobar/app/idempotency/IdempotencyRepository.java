package com.foobar.app.idempotency;

import com.foobar.app.db.Rows;
import com.foobar.app.db.Sql;
import com.foobar.app.db.SqlErrors;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** The table {@code idempotency_keys}. */
final class IdempotencyRepository {
    private static final Sql CLAIM = new Sql(
            "idempotency-claim",
            "INSERT INTO idempotency_keys (user_id, key_hash, fingerprint, created_at) VALUES (?, ?, ?, ?)");
    /** Reads what is committed, not what was when the transaction began. */
    private static final Sql FIND = new Sql(
            "idempotency-find",
            "SELECT fingerprint, outcome FROM idempotency_keys WHERE user_id = ? AND key_hash = ? LOCK IN SHARE MODE");

    private static final Sql KEEP =
            new Sql("idempotency-keep", "UPDATE idempotency_keys SET outcome = ? WHERE user_id = ? AND key_hash = ?");
    /** MySQL would read the user's rows with all that is in them, by the primary key, unless told which index has what it needs. */
    private static final Sql COUNT = new Sql(
            "idempotency-count",
            "SELECT COUNT(*) AS kept, MIN(created_at) AS oldest"
                    + " FROM idempotency_keys FORCE INDEX (ix_idempotency_keys_user)"
                    + " WHERE user_id = ? AND created_at >= ?");

    private static final Sql FORGET = new Sql(
            "idempotency-forget", "DELETE FROM idempotency_keys WHERE created_at < ? ORDER BY created_at LIMIT ?");

    private static final String ID = "id";

    /**
     * What a request with that key has led to.
     *
     * @param id its number
     */
    record Kept(Buffer fingerprint, long id) {}

    /**
     * How many keys somebody has.
     *
     * @param oldest when the oldest of them was first used; null where there is none
     */
    record Count(long kept, @Nullable LocalDateTime oldest) {}

    /** The keys of a user that were first used at that time or later. */
    Future<Count> count(Statements tx, long user, LocalDateTime since) {
        return tx.run(COUNT, user, since).map(rows -> {
            Row row = rows.iterator().next();
            return new Count(row.getLong("kept"), row.getLocalDateTime("oldest"));
        });
    }

    /** Whether the key was free and is now taken by this transaction. Waits for another transaction that has it. */
    Future<Boolean> claim(Statements tx, IdempotencyKey key) {
        return tx.run(CLAIM, key.user(), key.hash(), key.fingerprint(), Rows.now())
                .map(true)
                .recover(failure ->
                        SqlErrors.isDuplicate(failure) ? Future.succeededFuture(false) : Future.failedFuture(failure));
    }

    /** What is kept for the key; null where it has been forgotten meanwhile, or an earlier version kept no number. */
    Future<@Nullable Kept> find(Statements tx, IdempotencyKey key) {
        return tx.run(FIND, key.user(), key.hash())
                .map(rows -> Rows.first(rows, row -> {
                    Long id = new JsonObject(row.getString("outcome")).getLong(ID);
                    return id == null ? null : new Kept(row.getBuffer("fingerprint"), id);
                }));
    }

    Future<Void> keep(Statements tx, IdempotencyKey key, long id) {
        return tx.run(KEEP, new JsonObject().put(ID, id).encode(), key.user(), key.hash())
                .mapEmpty();
    }

    /** Deletes some of what is older, and says how many. */
    Future<Integer> forget(Statements tx, LocalDateTime before, int limit) {
        return tx.run(FORGET, before, limit).map(rows -> rows.rowCount());
    }
}
