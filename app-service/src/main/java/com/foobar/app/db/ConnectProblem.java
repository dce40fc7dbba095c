package com.foobar.app.db;

import io.vertx.mysqlclient.MySQLException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;

/** Says why a database cannot be reached, in words that an operator can act on. */
final class ConnectProblem {
    private static final int UNKNOWN_DATABASE = 1049;
    private static final int DATABASE_DENIED = 1044;
    private static final int ACCESS_DENIED = 1045;

    private ConnectProblem() {}

    /** One line, without secrets. */
    static String of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof MySQLException error) {
                return ofCode(error.getErrorCode(), String.valueOf(error.getMessage()));
            }
            if (t instanceof SQLException error && error.getErrorCode() >= 1000) {
                return ofCode(error.getErrorCode(), String.valueOf(error.getMessage()));
            }
            if (t instanceof UnknownHostException) {
                return "unknown host " + t.getMessage();
            }
            if (t instanceof ConnectException) {
                return String.valueOf(t.getMessage()).contains("refused") ? "connection refused" : "cannot connect";
            }
            if (t instanceof TimeoutException || t instanceof SocketTimeoutException) {
                return "no answer in time";
            }
        }
        return firstLine(deepest(failure));
    }

    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .findFirst()
                .orElse(failure.getClass().getSimpleName());
    }

    private static String ofCode(int code, String message) {
        return switch (code) {
            case ACCESS_DENIED -> "wrong user or password: check database.user and database.password (" + message + ")";
            case DATABASE_DENIED ->
                "the user has no rights on the database: check database.database and the grants (" + message + ")";
            case UNKNOWN_DATABASE ->
                "there is no such database: check database.database, or create it (" + message + ")";
            default -> "error " + code + ": " + message;
        };
    }
}
