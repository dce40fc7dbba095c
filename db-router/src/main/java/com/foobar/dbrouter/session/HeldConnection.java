package com.foobar.dbrouter.session;

import com.foobar.dbrouter.metrics.RouterMetrics;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.Trait;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session has on one server connection and nowhere else. While there is any of it, the session keeps the connection
 * and runs everything there. Belongs to the session's event loop.
 */
final class HeldConnection {
    /** ER_PARSE_ERROR: nothing of the statement has run. */
    private static final int PARSE_ERROR = 1064;

    private final RouterMetrics metrics;
    private @Nullable ServerConnection connection;
    private boolean inTransaction;
    private boolean wasOpen;
    /** An error tells no status, and may have ended the transaction: a deadlock has. */
    private boolean mayHaveEnded;

    private boolean warnings;
    private boolean sequence;
    private boolean onReplica;
    private TransactionView view = TransactionView.OPEN;
    private final EnumSet<PinReason> pins = EnumSet.noneOf(PinReason.class);
    private final Set<Integer> cursors = new HashSet<>(0);

    HeldConnection(RouterMetrics metrics) {
        this.metrics = metrics;
    }

    @Nullable
    ServerConnection connection() {
        return connection;
    }

    boolean inTransaction() {
        return inTransaction;
    }

    /** Whether a statement has begun it, other than {@link #inTransaction}, which is also between two of them, and it certainly goes on. */
    boolean isTransactionOpen() {
        return wasOpen && !mayHaveEnded;
    }

    Set<PinReason> pins() {
        return pins;
    }

    Set<Integer> cursors() {
        return cursors;
    }

    /** Whether it is kept for a read-only transaction on a replica, and what has come of that. */
    boolean isOnReplica() {
        return onReplica;
    }

    void isOnReplica(boolean is) {
        onReplica = is;
    }

    /** What its transaction on a replica shows. */
    TransactionView view() {
        return view;
    }

    void viewIs(TransactionView is) {
        view = is;
    }

    /** Whether the next statement may go elsewhere, as only warnings or the value of a sequence are kept for it. */
    boolean isLingering() {
        return connection != null && (warnings || sequence) && !inTransaction && pins.isEmpty() && cursors.isEmpty();
    }

    /**
     * Notes what an answer says.
     *
     * @return whether the connection is to be kept
     */
    boolean update(ServerConnection ran, Classification classification, ResponseTracker answer) {
        ErrPacket error = answer.error();
        boolean ok = error == null;
        if (answer.hasStatus()) {
            boolean open = StatusFlags.has(answer.status(), StatusFlags.IN_TRANS);
            inTransaction = open || !StatusFlags.has(answer.status(), StatusFlags.AUTOCOMMIT);
            transactionIs(open);
        }
        mayHaveEnded = !ok;
        if (pins.contains(PinReason.FOUND_ROWS)) {
            unpin(PinReason.FOUND_ROWS);
        }
        if (error == null || classification.statements() > 1) {
            classification.pins().forEach(this::pin);
        } else if (error.code() != PARSE_ERROR) {
            classification.pins().stream().filter(PinReason::outlivesError).forEach(this::pin);
        }
        warnings = ok && answer.warnings() > 0;
        sequence = ok && classification.has(Trait.TAKES_SEQUENCE_VALUE);
        boolean keep = inTransaction || warnings || sequence || !pins.isEmpty() || !cursors.isEmpty();
        connection = keep ? ran : null;
        onReplica &= keep;
        return keep;
    }

    /**
     * {@code SET TRANSACTION} is for the next transaction that really is one: servers go on keeping it after statements that
     * change or read no table.
     */
    private void transactionIs(boolean open) {
        if (wasOpen && !open) {
            unpin(PinReason.NEXT_TRANSACTION);
        }
        wasOpen = open;
    }

    void keep(ServerConnection kept) {
        connection = kept;
    }

    void pin(PinReason reason) {
        if (pins.add(reason)) {
            metrics.pinned(reason, 1);
        }
    }

    private void unpin(PinReason reason) {
        if (pins.remove(reason)) {
            metrics.pinned(reason, -1);
        }
    }

    /** Whether something is left that nobody else may find: the connection has to be reset. */
    boolean leavesSomething() {
        return inTransaction || !pins.isEmpty() || !cursors.isEmpty();
    }

    /** Forgets everything; the connection is somebody else's business. */
    void clear() {
        for (PinReason reason : EnumSet.copyOf(pins)) {
            unpin(reason);
        }
        cursors.clear();
        inTransaction = false;
        wasOpen = false;
        mayHaveEnded = false;
        warnings = false;
        sequence = false;
        onReplica = false;
        connection = null;
    }

    Enum<?> because() {
        if (inTransaction) {
            return HeldBecause.TRANSACTION;
        }
        if (!pins.isEmpty()) {
            return pins.iterator().next();
        }
        return !cursors.isEmpty() ? HeldBecause.CURSOR : warnings ? HeldBecause.WARNINGS : HeldBecause.SEQUENCE;
    }

    /** All that it is kept for. */
    List<Enum<?>> reasons() {
        List<Enum<?>> reasons = new ArrayList<>(pins);
        if (inTransaction) {
            reasons.add(HeldBecause.TRANSACTION);
        }
        if (!cursors.isEmpty()) {
            reasons.add(HeldBecause.CURSOR);
        }
        if (warnings) {
            reasons.add(HeldBecause.WARNINGS);
        }
        if (sequence) {
            reasons.add(HeldBecause.SEQUENCE);
        }
        return reasons;
    }

    /** For people: what is lost with the connection. */
    String describe() {
        if (inTransaction) {
            return "the open transaction";
        }
        if (!pins.isEmpty()) {
            return "what the session held there: " + pins;
        }
        return !cursors.isEmpty() ? "the open cursor" : warnings ? "its warnings" : "the value of a sequence";
    }
}
