package com.foobar.dbrouter.session;

/** Why a session keeps its server connection, besides {@link com.foobar.dbrouter.routing.PinReason}. */
enum HeldBecause {
    /** A transaction is open, or autocommit is off. */
    TRANSACTION,
    /** A cursor is open. */
    CURSOR,
    /** The last statement gave warnings, which the client may ask for. */
    WARNINGS,
    /** The last statement took a value of a sequence, which the client may ask for. */
    SEQUENCE
}
