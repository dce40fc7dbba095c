package com.foobar.dbrouter.pool;

/**
 * What a prepared statement of a server connection is found by. Statements of the same text, prepared in the same
 * environment, are one on the server, whoever prepared them, but for those that are executed with a cursor: a server statement
 * has one cursor, and whoever executes it again closes that.
 *
 * @param text one char per byte
 * @param environment what the text meant when the client had it prepared
 * @param cursor the client's id of the statement that has the cursor; 0 for the statement that all share, as clients' ids
 *     begin at 1
 */
public record StatementName(String text, StatementEnvironment environment, int cursor) {
    private static final int NONE = 0;

    /** The statement that everybody may execute. */
    public static StatementName shared(String text, StatementEnvironment environment) {
        return new StatementName(text, environment, NONE);
    }

    /** @return the same statement for one client's cursor */
    public StatementName withCursor(int statement) {
        return new StatementName(text, environment, statement);
    }

    boolean isShared() {
        return cursor == NONE;
    }
}
