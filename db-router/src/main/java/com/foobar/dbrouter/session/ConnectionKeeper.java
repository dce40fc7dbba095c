package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.SessionVariables;
import com.foobar.dbrouter.routing.StatementKind;
import com.foobar.dbrouter.routing.Trait;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the server connection that its session needs once more, and gives back to the pool what it does not need. Belongs
 * to the session's event loop.
 */
final class ConnectionKeeper {
    private final ClientSession session;
    private final HeldConnection held;
    private @Nullable ScheduledFuture<?> lingering;

    ConnectionKeeper(ClientSession session) {
        this.session = session;
        this.held = new HeldConnection(session.services().metrics());
    }

    HeldConnection held() {
        return held;
    }

    /**
     * The connection that the statement has to run on, if the session keeps one. One that is only kept for questions about
     * the last statement, or on a replica for a cursor that its transaction has left open, is given back for anything else.
     */
    @Nullable
    ServerConnection heldFor(ServerRun run) {
        Classification classification = run.classification();
        ServerConnection kept = held.connection();
        boolean asks = kept != null
                && (session.isPrimary(kept.server())
                        ? classification.asksForLastStatement()
                        : classification.has(Trait.ONLY_ASKS));
        if (asks) {
            stopLingering();
        } else {
            giveBackIfLingering();
        }
        if (held.isOnReplica() && (begins(classification) || isAfterTransaction(run))) {
            // To begin ends the transaction there, which has changed nothing. After one that has left a cursor, the
            // replica need not have what was written since.
            giveBack();
        }
        return held.connection();
    }

    private boolean isAfterTransaction(ServerRun run) {
        return !held.inTransaction()
                && !run.isAboutHeld()
                && !run.classification().has(Trait.ONLY_ASKS);
    }

    private static boolean begins(Classification classification) {
        return switch (classification.kind()) {
            case BEGIN, BEGIN_READ_ONLY, BEGIN_READ_WRITE -> true;
            default -> false;
        };
    }

    /**
     * Why a statement cannot run on the replica that the session keeps for a read-only transaction; null where it can, or
     * where it keeps none. What would outlive the transaction there would keep the session's writes from the primary.
     */
    @Nullable
    ErrPacket impossible(Classification classification) {
        if (!held.isOnReplica() || classification.isRead()) {
            return null;
        }
        if (outlivesTransaction(classification)) {
            return RouterErrors.notInTransactionOnReplica();
        }
        boolean serverRefusesWrites = StatusFlags.has(session.memory().status(), StatusFlags.IN_TRANS_READONLY);
        return serverRefusesWrites || changesNoData(classification)
                ? null
                : RouterErrors.notWhileHeld("a change", held.describe() + " on a replica");
    }

    private static boolean changesNoData(Classification classification) {
        return switch (classification.kind()) {
            case COMMIT, ROLLBACK, SAVEPOINT, SET, USE -> true;
            default -> classification.reason() == RouteReason.SERVER_STATE;
        };
    }

    private static boolean outlivesTransaction(Classification classification) {
        return classification.statements() > 1
                || classification.kind() == StatementKind.CHAIN
                || classification.pins().stream().anyMatch(pin -> pin != PinReason.FOUND_ROWS)
                || classification.assignments().stream()
                        .anyMatch(assignment -> assignment.name().equals(SessionVariables.AUTOCOMMIT));
    }

    /** Gives the connection back, or keeps it, as the statement and its answer want it. */
    void ran(ServerConnection connection, ServerRun run, ResponseTracker answer) {
        if (run.expect() == Expect.PREPARED) {
            prepared(connection, run, answer);
            return;
        }
        Classification classification = run.classification();
        session.lastStatement().isCounted(run.count());
        if (connection.sharing().isShared() && !connection.sharing().becomesOwn()) {
            session.lastStatement().ranAmongOthers();
            release(connection);
            return;
        }
        boolean mayHaveBegun =
                !answer.hasStatus() && !classification.isRead() && classification.reason() != RouteReason.DATA_CHANGE;
        if (classification.has(Trait.MAY_LEAVE_ANYTHING)) {
            connection.touch();
        }
        session.lastStatement().ran(connection, answer.returnsRows());
        session.lastStatement().gtid().ran(session, connection, classification, answer);
        session.lastInsertId().ran(connection, classification, answer);
        session.sequenceValues().ran(connection, run, answer);
        if (held.update(connection, classification, answer)) {
            if (run.beganOnReplica(connection)) {
                held.isOnReplica(true);
                held.viewIs(TransactionView.after(run.text()));
            } else if (held.isOnReplica() && held.view() != TransactionView.FIXED) {
                boolean toldData = answer.returnsRows() && run.mayTellData();
                held.viewIs(held.view().after(run.text(), classification, toldData));
            }
            if (held.isLingering()) {
                linger();
            }
            return;
        }
        if (mayHaveBegun || (answer.error() != null && !classification.pins().isEmpty())) {
            connection.touch();
        }
        release(connection);
    }

    /** The transaction, in which nothing was read, has begun anew on another server. */
    void transactionMoved(ServerConnection from, ServerConnection to) {
        held.isOnReplica(false);
        held.keep(to);
        from.touch();
        release(from);
    }

    /** Preparing leaves nothing there, and everything that is there for the session; but of a failure the client may ask. */
    private void prepared(ServerConnection connection, ServerRun run, ResponseTracker answer) {
        if (connection.sharing().isShared() && !connection.sharing().becomesOwn()) {
            session.lastStatement().ranAmongOthers();
            release(connection);
            return;
        }
        if (answer.error() != null) {
            session.lastStatement().isCounted(run.count());
            session.lastStatement().ran(connection, false);
        }
        if (held.connection() != connection) {
            release(connection);
        }
    }

    private void linger() {
        ServerConnection kept = held.connection();
        lingering = session.services()
                .loop()
                .schedule(
                        () -> {
                            if (session.isIdle() && held.isLingering() && held.connection() == kept) {
                                giveBack();
                            }
                        },
                        session.services().settings().linger().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    void stopLingering() {
        if (lingering != null) {
            lingering.cancel(false);
            lingering = null;
        }
    }

    /** Gives back what is held. What the session left on it is cleared away. */
    void giveBack() {
        ServerConnection connection = held.connection();
        if (connection != null) {
            if (held.leavesSomething()) {
                connection.touch();
            }
            held.clear();
            release(connection);
        }
    }

    /**
     * As {@link #giveBack}, for a client that is told when its locks and its transaction are gone.
     *
     * @param cleared runs when nothing of the session is left on the server, or the connection has ended; perhaps at once
     */
    void giveBack(Runnable cleared) {
        ServerConnection connection = held.connection();
        if (connection == null || !held.leavesSomething()) {
            giveBack();
            cleared.run();
            return;
        }
        held.clear();
        connection.reset(new Adoption() {
            @Override
            public void adopted() {
                release(connection);
                cleared.run();
            }

            @Override
            public void refused(ErrPacket error) {
                connection.close();
                cleared.run();
            }

            @Override
            public void failed(ServerFailure failure) {
                cleared.run();
            }

            @Override
            public boolean canRunElsewhere() {
                return true;
            }
        });
    }

    void giveBackIfLingering() {
        stopLingering();
        if (held.isLingering()) {
            giveBack();
        }
    }

    void release(ServerConnection connection) {
        session.services().pools().release(connection);
    }
}
