package com.foobar.dbrouter.metrics;

/** Why a read was sent once more, or what a replica may answer in the primary's place. */
public enum RepeatCause {
    /** The server has failed, or the connection to it. */
    SERVER_FAILED,
    /** The server refuses it, as it is read-only; the primary runs it instead. */
    READ_ONLY,
    /**
     * The replica does not take what the session is in, such as a database that it does not have yet; or what it was asked in
     * the primary's place.
     */
    REFUSED,
    /** What was before it on a shared connection took too long or changed the session. */
    SENT_AWAY,
    /** Its answer on a shared connection had a warning, an error or a change of the session. */
    OUTCOME
}
