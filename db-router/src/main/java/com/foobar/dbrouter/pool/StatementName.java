package com.foobar.dbrouter.pool;

/**
 * What a prepared statement of a server connection is found by. Statements of the same text are one on the server, whoever
 * prepared them, but for those that are executed with a cursor: a server statement has one cursor, and whoever executes it
 * again closes that.
 *
 * @param text one char per byte
 * @param cursor the client's id of the statement that has the cursor; 0 for the statement that all share, as clients' ids
 *     begin at 1
 */
public record StatementName(String text, int cursor) {
    private static final int NONE = 0;

    /** The statement that everybody may execute. */
    public static StatementName shared(String text) {
        return new StatementName(text, NONE);
    }

    boolean isShared() {
        return cursor == NONE;
    }
}
