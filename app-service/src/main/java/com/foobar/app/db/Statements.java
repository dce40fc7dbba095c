package com.foobar.app.db;

import com.foobar.app.metrics.AppMetrics;
import io.vertx.core.Future;
import io.vertx.sqlclient.DatabaseException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the statements of one unit of work, over one connection, in order. For the event loop of the request only. */
public final class Statements {
    private static final Logger log = LoggerFactory.getLogger(Statements.class);

    private static final Sql BEGIN = new Sql("begin", "START TRANSACTION");
    private static final Sql COMMIT = new Sql("commit", "COMMIT");

    private final SqlConnection connection;
    private final String router;
    private final DbSession session;
    private final AppMetrics metrics;
    private final long slowNanos;

    /** Why the connection can be used no more; null while it can. */
    private @Nullable Throwable lost;

    /** @param slow a statement that takes longer is logged */
    Statements(SqlConnection connection, String router, DbSession session, AppMetrics metrics, Duration slow) {
        this.slowNanos = slow.toNanos();
        this.connection = connection;
        this.router = router;
        this.session = session;
        this.metrics = metrics;
    }

    /** Sends a statement, prepared. The values are text, numbers, {@code LocalDateTime} in UTC, or null. */
    public Future<RowSet<Row>> run(Sql sql, @Nullable Object... values) {
        session.countStatement();
        long sent = System.nanoTime();
        return connection
                .preparedQuery(sql.text())
                .execute(Tuple.wrap(Arrays.asList(values)))
                .onComplete(
                        rows -> {
                            session.countRows(rows.size());
                            ended(sql, System.nanoTime() - sent, rows.size() + " rows");
                        },
                        failure -> {
                            // Not what the server says of it, which may hold values.
                            String error = SqlErrors.label(failure);
                            metrics.statementFailed(sql.name(), error);
                            ended(sql, System.nanoTime() - sent, "failed: " + error);
                        })
                .onFailure(failure -> {
                    if (!(failure instanceof DatabaseException)) {
                        lost = failure;
                    }
                });
    }

    /** Begins a transaction. What that waits for, as for a primary behind the router, is measured as the statements are. */
    Future<Transaction> begin() {
        return measured(BEGIN, connection::begin);
    }

    /** Ends the transaction. What it waits for, as for a replica to have it, is measured as the statements are. */
    Future<Void> commit(Transaction transaction) {
        return measured(COMMIT, transaction::commit);
    }

    private <T> Future<T> measured(Sql sql, Supplier<Future<T>> command) {
        long sent = System.nanoTime();
        return command.get().onComplete(done -> ended(sql, System.nanoTime() - sent, "done"), failure -> {
            String error = SqlErrors.label(failure);
            metrics.statementFailed(sql.name(), error);
            ended(sql, System.nanoTime() - sent, "failed: " + error);
        });
    }

    private void ended(Sql sql, long nanos, String outcome) {
        metrics.statementEnded(sql.name(), nanos, session.traceId());
        if (nanos > slowNanos) {
            log.warn(
                    "slow statement {} (digest {}): {} ms, {}, trace {}: {}",
                    sql.name(),
                    sql.digest(),
                    nanos / 1_000_000,
                    outcome,
                    session.traceId(),
                    sql.text());
        }
    }

    /** The address of the router that leads to the database. */
    public String router() {
        return router;
    }

    /** Whether the server is MariaDB, by the version that it announced; MySQL otherwise. */
    public boolean isMariaDb() {
        return connection.databaseMetadata().fullVersion().contains("MariaDB");
    }

    /** Why the connection was lost while a statement was under way, or null. */
    @Nullable
    Throwable lost() {
        return lost;
    }
}
