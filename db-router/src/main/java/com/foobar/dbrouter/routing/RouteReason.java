package com.foobar.dbrouter.routing;

/** Why a statement is what it was taken for; a value of metrics and of explanations. */
public enum RouteReason {
    /** A query made of nothing but reads. */
    READ,
    /** Describes tables, columns or databases. */
    SCHEMA_READ,
    /** Changes data. */
    DATA_CHANGE,
    /** Changes or administers the schema or the server, or is a statement not known here. */
    OTHER_STATEMENT,
    /** {@code FOR UPDATE}, {@code FOR SHARE}, {@code LOCK IN SHARE MODE}. */
    LOCKING_READ,
    /** {@code SELECT … INTO}. */
    SELECT_INTO,
    /** Names a user variable, which lives in one server connection. */
    USER_VARIABLE,
    /** Names a system variable, which may differ from server to server. */
    SYSTEM_VARIABLE,
    /** {@code GET_LOCK} and its kin. */
    NAMED_LOCK,
    /** Asks for the outcome of an earlier statement of the same connection. */
    LAST_STATEMENT,
    /** Takes or shows values of a sequence. */
    SEQUENCE,
    /** Calls a function that is not known as built in and free of effects. */
    UNKNOWN_FUNCTION,
    /** {@code CALL}. */
    PROCEDURE_CALL,
    /** Asks for the server's own state, which differs from server to server. */
    SERVER_STATE,
    /** Has an executable comment, {@code /*!} or {@code /*M!}, which servers read differently. */
    EXECUTABLE_COMMENT,
    /** Several statements of which not all are certain reads. */
    MULTIPLE_STATEMENTS,
    /** Cannot be cut into tokens with certainty: unterminated, control characters, an unsafe character set. */
    UNCERTAIN_TEXT,
    /** Begins, ends or marks a transaction. */
    TRANSACTION_CONTROL,
    /** Changes the state of the session. */
    SESSION_CHANGE,
    /** A read that a hint sends to the primary or to a replica. */
    HINT,
    /** Nothing to run. */
    EMPTY;

    /** Whether what keeps a query from being a read, if this is all that does, writes nothing. */
    public boolean writesNothing() {
        return this == SYSTEM_VARIABLE || this == SERVER_STATE || this == USER_VARIABLE || this == LAST_STATEMENT;
    }

    /** Whether of the reasons of several statements it is the one that tells most. */
    boolean mayLeaveAnything() {
        return this == UNKNOWN_FUNCTION || this == EXECUTABLE_COMMENT;
    }
}
