package com.foobar.dbrouter.routing;

/** What a statement asks of its server connection, or may do to it, beyond what its kind says. */
public enum Trait {
    /** Reads or sets {@code LAST_INSERT_ID()}, in any of its forms. */
    ASKS_INSERT_ID,
    /** Shows what {@code LAST_INSERT_ID()} is among all else: {@code SHOW VARIABLES}. */
    SHOWS_INSERT_ID,
    /** Reads {@code ROW_COUNT()} of the statement before. */
    ASKS_ROW_COUNT,
    /** Reads {@code FOUND_ROWS()} of the query before. */
    ASKS_FOUND_ROWS,
    /** Reads the warnings and errors of the statement before: {@code SHOW WARNINGS}, {@code GET DIAGNOSTICS}, … */
    ASKS_DIAGNOSTICS,
    /** Reads {@code @@last_gtid}: the position of the session's last write. */
    ASKS_LAST_GTID,
    /** Takes a value of a sequence, which the session can ask for again: {@code NEXTVAL}. */
    TAKES_SEQUENCE_VALUE,
    /** Asks for the value that the session has taken of a sequence last: {@code LASTVAL}, {@code PREVIOUS VALUE FOR}. */
    ASKS_SEQUENCE_VALUE,
    /** Does nothing but read such an outcome: no table, no change, nothing left behind. */
    ONLY_ASKS,
    /** Calls {@code CONNECTION_ID()}, which differs on each server connection. */
    ASKS_CONNECTION_ID,
    /** May change what {@code LAST_INSERT_ID()} is. */
    MAY_GIVE_ID,
    /**
     * Tells nothing of what is in the database, and leaves nothing but what is carried over: while there is no primary, a
     * replica's word does as well. {@code USE}, {@code SET} of the session's settings, {@code SELECT} of settings.
     */
    NEEDS_NO_DATA,
    /**
     * May leave something in the connection that its text does not show: a stored function can set variables, take locks
     * and make temporary tables.
     */
    MAY_LEAVE_ANYTHING
}
