package com.foobar.app.db;

/** Work for which the database could not be used. Carries no stack trace: it is an answer, not a defect. */
public final class DatabaseFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What a caller has to know. */
    public enum Kind {
        /** No connection became free in time. Nothing has been done. */
        BUSY,
        /** No router leads to the database, or it failed on every attempt. Nothing has been done. */
        UNAVAILABLE,
        /** The connection was lost after COMMIT had been sent, in this attempt or in one before it: the work is done, or not. */
        OUTCOME_UNKNOWN
    }

    private final Kind kind;

    /** @param message for the log: what failed, where */
    public DatabaseFailure(Kind kind, String message, Throwable cause) {
        super(message, cause, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
