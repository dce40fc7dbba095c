package com.foobar.app.db;

import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.mysqlclient.MySQLException;
import java.util.Set;

/**
 * What a failure of the client library means. Numbers are those of the MySQL 9 and MariaDB 11 error references.
 */
public final class SqlErrors {
    private static final int DUPLICATE_KEY = 1062;
    private static final int MISSING_REFERENCE = 1452;

    /** The server ended the transaction, or it cannot write just now: nothing of it is committed. */
    private static final Set<Integer> TRANSACTION_ENDED = Set.of(
            1020, // MariaDB: the row has changed since it was read (snapshot isolation)
            1205, // lock wait timeout
            1213, // deadlock
            1290, // server runs with --read-only or --super-read-only: a failover is under way
            1792, // transaction is read-only
            1836); // server is in read-only mode

    /** The server, or a router before it, is going away or has lost its own connection. */
    private static final Set<Integer> SERVER_GONE = Set.of(
            1040, // too many connections
            1053, // server shutdown in progress
            1152, // aborted connection
            1203, // user has too many connections
            1317, // query interrupted
            1429, // no connection to a server behind db-router
            1927, // MariaDB: connection was killed
            2003, // cannot connect
            2006, // server has gone away
            2013, // connection lost during query
            3169, // session was killed
            4031); // disconnected for inactivity

    private SqlErrors() {}

    /** A row with this unique key exists already. */
    public static boolean isDuplicate(Throwable failure) {
        return failure instanceof MySQLException error && error.getErrorCode() == DUPLICATE_KEY;
    }

    /** A row that this one refers to does not exist (any more). */
    public static boolean isMissingReference(Throwable failure) {
        return failure instanceof MySQLException error && error.getErrorCode() == MISSING_REFERENCE;
    }

    static boolean isTransactionEnded(Throwable failure) {
        return failure instanceof MySQLException error && TRANSACTION_ENDED.contains(error.getErrorCode());
    }

    /** SQLSTATE class 08 is "connection exception" (ISO/IEC 9075-2). */
    static boolean isServerGone(Throwable failure) {
        return failure instanceof MySQLException error
                && (SERVER_GONE.contains(error.getErrorCode())
                        || (error.getSqlState() != null && error.getSqlState().startsWith("08")));
    }

    /** The pool refused: its queue is full, or the wait took too long ("Timeout" is all that it says then). */
    static boolean isPoolRefusal(Throwable failure) {
        return failure instanceof ConnectionPoolTooBusyException || "Timeout".equals(failure.getMessage());
    }

    /** For metrics: MySQL's number, or {@code connection}. */
    static String label(Throwable failure) {
        return failure instanceof MySQLException error ? Integer.toString(error.getErrorCode()) : "connection";
    }
}
