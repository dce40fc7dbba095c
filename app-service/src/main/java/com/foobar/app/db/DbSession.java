package com.foobar.app.db;

import io.vertx.core.Future;
import java.util.function.Function;

/**
 * The database as one request uses it; counts what the request costs. For the event loop of the request only.
 *
 * <p>The functions given here may be run more than once, each time from the beginning on a fresh connection, so they
 * keep no state between runs.
 */
public final class DbSession {
    private final Database database;
    private final String traceId;
    private int statements;
    private int rows;

    DbSession(Database database, String traceId) {
        this.database = database;
        this.traceId = traceId;
    }

    /**
     * Reads, outside a transaction: a replica may answer, with everything that was acknowledged before. Repeated, also
     * through another router, when the connection is lost.
     *
     * @return fails with {@link DatabaseFailure}, or with what the function fails with
     */
    public <T> Future<T> read(Function<Statements, Future<T>> work) {
        return database.read(this, work);
    }

    /**
     * Writes, in a transaction that is undone when the function fails. Repeated where it is known not to be committed.
     *
     * @return fails with {@link DatabaseFailure}, or with what the function fails with
     */
    public <T> Future<T> write(Function<Statements, Future<T>> work) {
        return database.write(this, work, false);
    }

    /** As {@link #write}, for work that may be done twice: repeated also when it may have been committed. */
    public <T> Future<T> writeIdempotent(Function<Statements, Future<T>> work) {
        return database.write(this, work, true);
    }

    /** How many statements have been sent so far, those of failed attempts included. */
    public int statements() {
        return statements;
    }

    /** How many rows have come back so far. */
    public int rows() {
        return rows;
    }

    String traceId() {
        return traceId;
    }

    void countStatement() {
        statements++;
    }

    void countRows(int count) {
        rows += count;
    }
}
