package com.foobar.dbrouter.topology;

/** Where a read goes, and why there. */
public record ReadTarget(DatabaseServer server, Cause cause) {

    /** Why a read goes where it goes; a label of metrics in lower case. */
    public enum Cause {
        /** A replica that was known to have reached the position. */
        REACHED,
        /** A replica that reached the position while the read waited. */
        WAITED,
        /** The primary: no replica may answer reads. */
        NO_REPLICA,
        /** The primary: no replica reached the position within the limit. */
        WAIT_LIMIT,
        /** The primary: every replica has been behind for a while, so the read did not wait. */
        REPLICAS_BEHIND,
        /** The primary: it could not tell its position. */
        POSITION_UNKNOWN
    }
}
