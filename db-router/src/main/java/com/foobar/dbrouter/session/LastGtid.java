package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.StatementKind;
import com.foobar.dbrouter.routing.Trait;
import org.jspecify.annotations.Nullable;

/**
 * Which server connection has the GTID of a session's last write for its {@code @@last_gtid} (MariaDB). What changes nothing
 * leaves there what it finds, perhaps another client's: so only what has certainly been logged counts. Belongs to the session's
 * event loop.
 */
final class LastGtid {
    private @Nullable ServerConnection connection;
    private boolean changed;

    /** A statement has been answered. */
    void ran(ClientSession session, ServerConnection on, Classification statement, ResponseTracker answer) {
        String told = answer.positions().text();
        if (told != null && !told.isEmpty()) {
            isOn(on);
            return;
        }
        if (statement.isRead()) {
            return;
        }
        if (on != connection && !statement.has(Trait.ONLY_ASKS)) {
            connection = null;
        }
        boolean ok = answer.error() == null;
        boolean changes =
                ok && statement.reason() == RouteReason.DATA_CHANGE && isLogged(session, on, statement, answer);
        if (StatusFlags.has(answer.status(), StatusFlags.IN_TRANS)) {
            // After a rollback to a savepoint nothing may be left of it.
            changed = (changed || changes) && statement.kind() != StatementKind.SAVEPOINT;
        } else if (changes || (ok && changed && statement.kind() == StatementKind.COMMIT)) {
            isOn(on);
        } else {
            changed = false;
        }
    }

    /** Whether a change is in the server's log for certain, or will be with its transaction. */
    private static boolean isLogged(
            ClientSession session, ServerConnection on, Classification statement, ResponseTracker answer) {
        // Then rows count as affected that an UPDATE leaves as they are.
        boolean countsMatches = CapabilityFlags.has(session.memory().key().capabilities(), CapabilityFlags.FOUND_ROWS);
        return !on.tellsPositions()
                && statement.statements() == 1
                && answer.affectedRows() != 0
                && (!countsMatches || statement.has(Trait.MAY_GIVE_ID))
                && !session.held().pins().contains(PinReason.TEMPORARY_TABLE);
    }

    private void isOn(ServerConnection on) {
        connection = on;
        changed = false;
    }

    /** The connection that has it; null where none is known to. */
    @Nullable
    ServerConnection connection() {
        return connection;
    }

    void letsGo(ServerConnection lost) {
        if (connection == lost) {
            connection = null;
        }
    }

    /** As after login. */
    void startOver() {
        connection = null;
        changed = false;
    }
}
