package com.foobar.app.idempotency;

import com.foobar.app.db.Database;
import com.foobar.app.db.DbSession;
import com.foobar.app.db.Rows;
import com.foobar.app.db.Statements;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes once for each key, however often a request is sent and through whichever instance: the number of what it led to is
 * kept in the transaction that did it. A request that failed leaves nothing, so its key may be used again. Safe from any thread.
 */
public final class Idempotency {
    private static final Logger log = LoggerFactory.getLogger(Idempotency.class);
    private static final int BATCH = 500;
    private static final long NOBODY = 0;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final Database database;
    private final Duration window;
    private final int limit;
    private final IdempotencyRepository keys = new IdempotencyRepository();
    private volatile boolean stopped;

    /**
     * Knows keys from now on.
     *
     * @param window outcomes are kept for so long at least
     * @param limit how many keys a user may have within the window
     */
    public Idempotency(Vertx vertx, Database database, Duration window, int limit) {
        this.limit = limit;
        this.vertx = vertx;
        this.database = database;
        this.window = window;
    }

    /**
     * Runs work in a transaction, or returns what the same request has led to before. Of several at the same time one runs, the
     * others wait for it.
     *
     * @param key null: without any, the work is just done
     * @param idempotent whether the work may be done twice, see {@link DbSession#writeIdempotent}; with a key it always may
     * @param id of what the work has led to. It alone is kept: clients choose how much the rest is, and how many keys there are
     * @param again gives what an earlier request has led to, by its number, in a transaction that has seen that request's
     * @return fails with {@link IdempotencyKey.Reused} where the key belongs to another request, with {@link IdempotencyKey.TooMany} where the caller may have no more, or as {@link DbSession#write} does
     */
    public <T> Future<T> once(
            DbSession db,
            @Nullable IdempotencyKey key,
            boolean idempotent,
            Function<Statements, Future<T>> work,
            ToLongFunction<T> id,
            BiFunction<Statements, Long, Future<T>> again) {
        if (key == null) {
            return idempotent ? db.writeIdempotent(work) : db.write(work);
        }
        return db.writeIdempotent(tx -> keys.claim(tx, key)
                .compose(free -> free
                        ? checkLimit(tx, key).compose(v -> work.apply(tx)).compose(value -> keys.keep(
                                        tx, key, id.applyAsLong(value))
                                .map(value))
                        : find(tx, key).compose(kept -> again.apply(tx, kept))));
    }

    /**
     * Of those who have an account, after the key was claimed: what was sent once more is answered, however many keys there are. A few more than the limit may come to be kept by
     * requests at the same time. Who registers has no account yet, and each of those keys led to one.
     */
    private Future<Void> checkLimit(Statements tx, IdempotencyKey key) {
        if (key.user() == NOBODY) {
            return Future.succeededFuture();
        }
        Instant now = Instant.now();
        return keys.count(tx, key.user(), Rows.at(now.minus(window))).map(count -> {
            LocalDateTime oldest = count.oldest();
            if (count.kept() > limit && oldest != null) {
                Instant free = oldest.toInstant(ZoneOffset.UTC).plus(window);
                throw new IdempotencyKey.TooMany(limit, Duration.between(now, free));
            }
            return null;
        });
    }

    private Future<Long> find(Statements tx, IdempotencyKey key) {
        return keys.find(tx, key).map(kept -> {
            if (kept == null || !kept.fingerprint().equals(key.fingerprint())) {
                throw new IdempotencyKey.Reused();
            }
            return kept.id();
        });
    }

    /** Forgets what is older than the window, now and then again and again; each instance does so. */
    public void start() {
        forget().onComplete(done -> startLater(), failure -> {
            if (!stopped) {
                log.warn("could not delete old idempotency keys, trying again later: {}", failure.getMessage());
                startLater();
            }
        });
    }

    private void startLater() {
        long pause = Math.max(1000, Math.min(LONGEST_PAUSE.toMillis(), window.toMillis() / 4));
        // Instances that were started together do not come together.
        vertx.setTimer(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1), timer -> {
            if (!stopped) {
                start();
            }
        });
    }

    /** Forgets no more. */
    public void stop() {
        stopped = true;
    }

    private Future<Void> forget() {
        return database.session("")
                .writeIdempotent(tx -> keys.forget(tx, Rows.at(Instant.now().minus(window)), BATCH))
                .compose(deleted -> deleted < BATCH || stopped ? Future.succeededFuture() : forget());
    }
}
