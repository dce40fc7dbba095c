package com.foobar.dbrouter.routing;

/** What a session holds in one server connection, so that it cannot be given to another session or exchanged. */
public enum PinReason {
    /** {@code @name} was assigned. */
    USER_VARIABLE,
    /** {@code CREATE TEMPORARY TABLE}. */
    TEMPORARY_TABLE,
    /** {@code GET_LOCK}. */
    NAMED_LOCK,
    /** {@code LOCK TABLES}, {@code FLUSH TABLES WITH READ LOCK}, a backup lock. */
    TABLE_LOCK,
    /** A session variable that is not replayed on another connection ({@link SessionVariables#isReplayable}). */
    SESSION_VARIABLE,
    /** {@code SET TRANSACTION} for the next transaction only. */
    NEXT_TRANSACTION,
    /** {@code PREPARE} and {@code EXECUTE} as text. */
    TEXT_PREPARE,
    /** {@code SQL_CALC_FOUND_ROWS}: the count is fetched by the next statement. */
    FOUND_ROWS,
    /** {@code CALL}, or a block of statements: its body may leave anything of the above. */
    PROCEDURE,
    /** An {@code XA} transaction. */
    XA,
    /** {@code HANDLER … OPEN}. */
    HANDLER,
    /** The text could not be read with certainty, so what it leaves behind is not known. */
    UNCERTAIN_TEXT;

    /** Whether a statement that leaves it runs others, which are not in its text or not to be seen in it. */
    public boolean hidesStatements() {
        return this == TEXT_PREPARE || this == PROCEDURE || this == UNCERTAIN_TEXT;
    }

    /** Whether a statement that ends with an error may have left it all the same. */
    public boolean outlivesError() {
        return this == USER_VARIABLE || this == NAMED_LOCK || this == PROCEDURE || this == UNCERTAIN_TEXT;
    }
}
