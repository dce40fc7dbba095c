package com.foobar.dbrouter.routing;

/** What a statement does, as far as choosing its server goes. */
public enum StatementKind {
    /** Certainly only reads: any server that has the data may run it, outside a transaction. */
    READ,
    /** Writes, or is not certain not to: the primary. */
    WRITE,
    /** {@code BEGIN}, {@code START TRANSACTION}: may write unless the session's transactions are read-only. */
    BEGIN,
    /** {@code START TRANSACTION READ WRITE}. */
    BEGIN_READ_WRITE,
    /** {@code START TRANSACTION READ ONLY}: the whole transaction may run on one replica. */
    BEGIN_READ_ONLY,
    /** {@code COMMIT}, with or without {@code RELEASE}. */
    COMMIT,
    /** {@code ROLLBACK} of the whole transaction. */
    ROLLBACK,
    /** {@code COMMIT AND CHAIN}, {@code ROLLBACK AND CHAIN}: ends a transaction and begins another one like it. */
    CHAIN,
    /** {@code SAVEPOINT}, {@code RELEASE SAVEPOINT}, {@code ROLLBACK TO}: belongs to the open transaction. */
    SAVEPOINT,
    /** {@code SET} of variables of this session, {@code SET NAMES}, {@code SET CHARACTER SET}. */
    SET,
    /** {@code USE schema}. */
    USE,
    /** {@code KILL}, alone or among others: of the router's own connections, never sent to a server as it is. */
    KILL,
    /** No statement: empty, blanks, comments only. The server answers it with an error. */
    EMPTY
}
