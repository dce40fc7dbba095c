package com.foobar.app.db;

import com.foobar.app.config.DatabaseSettings;
import com.foobar.app.db.DatabaseFailure.Kind;
import com.foobar.app.db.RouterPool.NotConnected;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.Neighbour;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.DatabaseException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The database behind its routers. Each unit of work takes one connection to one router, in turn over those that are up.
 * What may be repeated is decided here and nowhere else:
 *
 * <ul>
 *   <li>no connection: nothing was begun, always repeated, on another router where there is one;
 *   <li>deadlock, lock timeout, server turned read-only: the server says that nothing is committed, repeated;
 *   <li>connection lost: repeated, unless COMMIT had been sent and the work is not idempotent.
 * </ul>
 *
 * Safe from any thread; the results come on the caller's event loop.
 */
public final class Database {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final AppMetrics metrics;
    private final List<RouterPool> routers;
    private final List<RouterProbe> probes;
    private final AtomicInteger turn = new AtomicInteger();

    public Database(Vertx vertx, DatabaseSettings settings, AppMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.metrics = metrics;
        this.routers = settings.routers().stream()
                .map(address -> new RouterPool(vertx, address, settings, metrics))
                .toList();
        this.probes = routers.stream()
                .map(router -> new RouterProbe(vertx, router, settings))
                .toList();
    }

    /** Begins to check the routers. */
    public void start() {
        probes.forEach(RouterProbe::start);
    }

    /** Whether a router has led to the database lately: a failover behind the routers takes a moment. */
    public boolean isReachable() {
        return routers.stream().anyMatch(router -> router.isUp() || router.answeredWithin(settings.readyWindow()));
    }

    /** @param traceId of the request, for exemplars */
    public DbSession session(String traceId) {
        return new DbSession(this, traceId);
    }

    /** The routers and their state, for operators. */
    public List<Neighbour> neighbours() {
        return routers.stream()
                .map(router -> new Neighbour("db-router", router.address().toString(), router.state()))
                .toList();
    }

    /** Closes all connections. */
    public Future<Void> close() {
        return Future.join(Stream.concat(
                                probes.stream().map(RouterProbe::close),
                                routers.stream().map(RouterPool::close))
                        .toList())
                .mapEmpty();
    }

    <T> Future<T> read(DbSession session, Function<Statements, Future<T>> work) {
        return attempt(new Unit<>(session, work, false, true), 1, null, false);
    }

    <T> Future<T> write(DbSession session, Function<Statements, Future<T>> work, boolean idempotent) {
        return attempt(new Unit<>(session, work, true, idempotent), 1, null, false);
    }

    private record Unit<T>(
            DbSession session, Function<Statements, Future<T>> work, boolean transaction, boolean idempotent) {}

    /** How far one attempt got. Belongs to the event loop of the request. */
    private static final class Attempt {
        private final boolean afterUnknownOutcome;
        private boolean commitSent;
        private boolean connectionLost;

        /** @param afterUnknownOutcome whether one before it may have committed */
        private Attempt(boolean afterUnknownOutcome) {
            this.afterUnknownOutcome = afterUnknownOutcome;
        }

        /** Whether this one or one before it may have committed, for all that is known after its failure. */
        private boolean mayHaveCommitted(Throwable failure) {
            return afterUnknownOutcome || (commitSent && !SqlErrors.isTransactionEnded(failure));
        }
    }

    private <T> Future<T> attempt(Unit<T> unit, int number, @Nullable RouterPool failed, boolean afterUnknownOutcome) {
        RouterPool router = pick(failed);
        Attempt attempt = new Attempt(afterUnknownOutcome);
        return router.withConnection(connection -> run(unit, router, connection, attempt))
                .recover(failure -> {
                    String reason = reasonToRepeat(unit, attempt, failure);
                    boolean another = number < settings.attempts() && !(isBusy(failure) && noOtherUp(router));
                    if (reason == null || !another) {
                        return Future.failedFuture(translate(attempt, failure, number));
                    }
                    metrics.repeated(reason);
                    return pause(number, failure)
                            .compose(v -> attempt(unit, number + 1, router, attempt.mayHaveCommitted(failure)));
                });
    }

    private <T> Future<T> run(Unit<T> unit, RouterPool router, SqlConnection connection, Attempt attempt) {
        Statements statements = new Statements(
                connection, router.address().toString(), unit.session(), metrics, settings.slowStatement());
        if (!unit.transaction()) {
            return apply(unit, statements).onFailure(failure -> attempt.connectionLost = statements.lost() != null);
        }
        return statements
                .begin()
                .onFailure(failure -> attempt.connectionLost = true)
                .compose(transaction -> apply(unit, statements)
                        .compose(
                                result -> commit(connection, statements, transaction, attempt)
                                        .map(result),
                                failure -> rollback(transaction, statements, attempt, failure)));
    }

    private static <T> Future<T> apply(Unit<T> unit, Statements statements) {
        try {
            return unit.work().apply(statements);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static Future<Void> commit(
            SqlConnection connection, Statements statements, Transaction transaction, Attempt attempt) {
        attempt.commitSent = true;
        return statements.commit(transaction).recover(failure -> {
            Future<Void> failed = Future.failedFuture(failure);
            if (!(failure instanceof DatabaseException)) {
                return failed;
            }
            // A refused COMMIT may leave the transaction open, and the next BEGIN on this connection would commit it.
            return connection.query("ROLLBACK").execute().transform(ended -> failed);
        });
    }

    private static <T> Future<T> rollback(
            Transaction transaction, Statements statements, Attempt attempt, Throwable failure) {
        attempt.connectionLost = statements.lost() != null;
        if (attempt.connectionLost) {
            return Future.failedFuture(failure);
        }
        return transaction.rollback().transform(ended -> Future.failedFuture(failure));
    }

    /** Why this attempt may and should be followed by another; null where it may not. */
    private static @Nullable String reasonToRepeat(Unit<?> unit, Attempt attempt, Throwable failure) {
        if (failure instanceof NotConnected) {
            return "not-connected";
        }
        if (SqlErrors.isTransactionEnded(failure)) {
            return "transaction-ended";
        }
        if (attempt.commitSent) {
            return unit.idempotent() ? "commit-lost" : null;
        }
        return attempt.connectionLost || SqlErrors.isServerGone(failure) ? "connection-lost" : null;
    }

    private static Throwable translate(Attempt attempt, Throwable failure, int attempts) {
        boolean ended = SqlErrors.isTransactionEnded(failure);
        boolean lost = attempt.connectionLost || SqlErrors.isServerGone(failure);
        if (!(failure instanceof NotConnected) && !ended && !attempt.commitSent && !lost) {
            return failure;
        }
        String said = attempts + " attempt(s), the last: " + failure.getMessage();
        if (attempt.mayHaveCommitted(failure)) {
            return new DatabaseFailure(Kind.OUTCOME_UNKNOWN, "connection lost while committing, " + said, failure);
        }
        if (failure instanceof NotConnected none) {
            return new DatabaseFailure(none.isBusy() ? Kind.BUSY : Kind.UNAVAILABLE, none.getMessage(), none);
        }
        String what = ended ? "transaction ended by the database, " : "connection lost, ";
        return new DatabaseFailure(Kind.UNAVAILABLE, what + said, failure);
    }

    private static boolean isBusy(Throwable failure) {
        return failure instanceof NotConnected none && none.isBusy();
    }

    private boolean noOtherUp(RouterPool router) {
        return routers.stream().noneMatch(other -> other != router && other.isUp());
    }

    /** The next router in turn that is up and has not just failed; if there is none, any other, then any. */
    private RouterPool pick(@Nullable RouterPool failed) {
        int start = Math.floorMod(turn.getAndIncrement(), routers.size());
        RouterPool choice = routers.get(start);
        int best = -1;
        for (int i = 0; i < routers.size(); i++) {
            RouterPool router = routers.get(Math.floorMod(start + i, routers.size()));
            int score = (router.isUp() ? 2 : 0) + (router == failed ? 0 : 1);
            if (score > best) {
                best = score;
                choice = router;
            }
        }
        return choice;
    }

    /** A lost connection is replaced at once; where the database itself needs time, it gets some, with jitter. */
    private Future<Void> pause(int number, Throwable failure) {
        boolean atOnce = number == 1 && !SqlErrors.isTransactionEnded(failure);
        if (atOnce) {
            return Future.succeededFuture();
        }
        long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(2 * number, 10));
        return vertx.timer(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1), TimeUnit.MILLISECONDS)
                .mapEmpty();
    }
}
