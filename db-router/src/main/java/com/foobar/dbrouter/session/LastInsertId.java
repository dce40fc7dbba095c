package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.Trait;
import org.jspecify.annotations.Nullable;

/**
 * What {@code LAST_INSERT_ID()} is to a session, whichever server connection serves it. No answer tells: the id in an OK may
 * be one that the client has given, which changes nothing, and an id of a procedure's body is in none. So a connection is
 * told the session's id before a statement that may read or change it ({@link #bring}), and is asked for it before it goes to
 * somebody else ({@link #letsGo}). Both go ahead of the next statement, and nobody waits for their answers but who asks.
 *
 * <p>Belongs to the session's event loop.
 */
final class LastInsertId {
    private long id;

    /** Whose LAST_INSERT_ID() is the session's, whatever it is; null where it is {@link #id}. */
    private @Nullable ServerConnection on;

    /** What has been asked of a connection that has gone to somebody else; null where nothing is under way. */
    private @Nullable Object question;

    private @Nullable Runnable whenAnswered;
    private boolean lost;

    /** Whether it can be read on that connection as it is. */
    boolean isOn(ServerConnection connection) {
        return (on == connection && !lost)
                || (on == null && question == null && connection.session().hasInsertId(id));
    }

    /** Whether it went with a connection, and no statement is known to have given another one since. */
    boolean isLost() {
        return lost;
    }

    /** Makes it what it is on the connection, for what is sent there behind it: that is when {@code there} is called. */
    void bring(ServerConnection target, Runnable there) {
        if (on == target && !lost) {
            there.run();
            return;
        }
        ServerConnection elsewhere = on;
        if (elsewhere != null) {
            take(elsewhere);
        }
        if (question != null) {
            whenAnswered = () -> bring(target, there);
            return;
        }
        target.session().tellInsertId(id, new Adoption() {
            @Override
            public void adopted() {}

            @Override
            public void refused(ErrPacket error) {
                target.touch();
                startOver();
                lost = true;
            }

            @Override
            public void failed(ServerFailure failure) {}
        });
        there.run();
    }

    /** A statement before which it was brought there has been answered. */
    void ran(ServerConnection connection, Classification statement, ResponseTracker answer) {
        if (statement.has(Trait.MAY_GIVE_ID) && !hasGivenNone(statement, answer)) {
            on = connection;
            connection.session().insertIdMayHaveChanged();
        }
    }

    /** One change of data whose OK has no id has neither made one nor been given one. */
    private static boolean hasGivenNone(Classification statement, ResponseTracker answer) {
        return statement.reason() == RouteReason.DATA_CHANGE
                && statement.statements() == 1
                && !statement.has(Trait.ASKS_INSERT_ID)
                && answer.error() == null
                && !answer.returnsRows()
                && answer.lastInsertId() == 0;
    }

    /** The connection is about to be another session's. */
    void letsGo(ServerConnection connection) {
        if (on == connection) {
            take(connection);
        }
    }

    private void take(ServerConnection connection) {
        Object asked = new Object();
        question = asked;
        on = null;
        connection.session().takeInsertId(taken -> answered(asked, taken, false), () -> answered(asked, 0, true));
    }

    private void answered(Object asked, long taken, boolean unknown) {
        if (question != asked) {
            return;
        }
        question = null;
        id = taken;
        // It was made 0 on each connection since it was lost.
        lost = unknown || (lost && taken == 0);
        Runnable waiting = whenAnswered;
        whenAnswered = null;
        if (waiting != null) {
            waiting.run();
        }
    }

    /** As after login. */
    void startOver() {
        id = 0;
        on = null;
        question = null;
        whenAnswered = null;
        lost = false;
    }
}
