package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.Trait;
import org.jspecify.annotations.Nullable;

/**
 * Which server connection the outcome of a session's last statement can be asked of: the one that ran it, while nobody else
 * has used that. Belongs to the session's event loop.
 */
final class LastStatement {
    private @Nullable ServerConnection connection;
    private boolean knowsFoundRows;
    private boolean ranNothing = true;
    private @Nullable RunCount count;
    private final LastGtid gtid = new LastGtid();

    /** A statement has been answered. */
    void ran(ServerConnection on, boolean returnedRows) {
        // FOUND_ROWS() is of the last query, which may be further back than the last statement.
        knowsFoundRows = returnedRows || (knowsFoundRows && on == connection);
        connection = on;
        ranNothing = false;
    }

    /** A statement has been answered on a connection that others use as well. */
    void ranAmongOthers() {
        connection = null;
        knowsFoundRows = false;
        ranNothing = false;
    }

    /** What is counted of it. */
    void isCounted(RunCount counted) {
        count = counted;
    }

    /** The next statement asks for its outcome. */
    void isAskedFor() {
        if (count != null) {
            count.outcomeIsAsked();
        }
    }

    /** The connection that has all that the statement asks for; null where there is none. */
    @Nullable
    ServerConnection connectionFor(Classification asking) {
        ServerConnection last = connection;
        if (asking.has(Trait.ASKS_LAST_GTID)) {
            ServerConnection wrote = gtid.connection();
            if (asking.asksForLastOutcome() && wrote != last) {
                return null;
            }
            last = wrote;
        }
        return last != null && last.isOpen() && (knowsFoundRows || !asking.has(Trait.ASKS_FOUND_ROWS)) ? last : null;
    }

    /**
     * Whether no statement has run since the session began: what it asks for is what any session begins with. A connection's last
     * GTID cannot be made that.
     */
    boolean isNone(Classification asking) {
        return ranNothing && !asking.has(Trait.ASKS_LAST_GTID);
    }

    /** Where the session's last write can be asked for. */
    LastGtid gtid() {
        return gtid;
    }

    void letsGo(ServerConnection lost) {
        gtid.letsGo(lost);
        if (connection == lost) {
            connection = null;
            knowsFoundRows = false;
        }
    }

    /** As after login. */
    void startOver() {
        connection = null;
        knowsFoundRows = false;
        ranNothing = true;
        count = null;
        gtid.startOver();
    }
}
