package com.foobar.dbrouter.topology;

import org.jspecify.annotations.Nullable;

/**
 * Where a read goes, and why there.
 *
 * @param learnt the primary's newest position, where it was asked for this read
 * @param learntFrom that primary
 */
public record ReadTarget(
        DatabaseServer server,
        Cause cause,
        @Nullable Position learnt,
        @Nullable DatabaseServer learntFrom) {

    /** Why a read goes where it goes; a label of metrics in lower case. */
    public enum Cause {
        /** A replica within the lag limit, where no position is asked for. */
        ANY_REPLICA,
        /** A replica that was known to have reached the position. */
        REACHED,
        /** A replica that reached the position while the read waited. */
        WAITED,
        /** The primary: no replica may answer the read. */
        NO_REPLICA,
        /** The primary: no replica reached the position within the limit. */
        WAIT_LIMIT,
        /** The primary: every replica has been behind for a while, so the read did not wait. */
        REPLICAS_BEHIND,
        /** The primary: nothing else was asked for. */
        ON_PRIMARY,
        /** The primary: it could not tell its position. */
        POSITION_UNKNOWN,
        /** The primary: the session's writes are more than it has, as after a failover that lost some. */
        POSITION_AHEAD
    }
}
