package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.pool.ServerFailure.Kind;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.topology.DatabaseServer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions use a connection at once. Usually it is one session's; short reads of several may be sent one behind
 * another ({@link SharedConnections}), and then nothing on it is any session's own. Belongs to the connection's event loop.
 */
public final class SharedUse {
    /** Who may come to those who use it. */
    private enum Gate {
        /** Others may join. */
        OPEN,
        /** Nobody joins until all have left. */
        CLOSED,
        /**
         * The server is being told by {@code KILL QUERY} to end what it works on, which may come late and hit whatever is next
         * there: until it is known to have come, that is only what nobody waits for, and nothing else is sent.
         */
        LOCKED
    }

    private final DatabaseServer server;
    private final ExchangeQueue exchanges;
    private final SessionOnServer session;
    private @Nullable Runnable whenDeserted;
    private int sessions;
    private long since;
    private boolean others;
    private Gate gate = Gate.OPEN;
    private @Nullable ServerKill kill;
    private @Nullable Runnable whenTold;

    SharedUse(DatabaseServer server, ExchangeQueue exchanges, SessionOnServer session) {
        this.session = session;
        this.server = server;
        this.exchanges = exchanges;
    }

    /** @return whether short reads of sessions are sent on it, of one or more, and what one leaves there may be lost */
    public boolean isShared() {
        return sessions > 0;
    }

    /** @return whether more than one session uses it, or has while it was shared */
    public boolean hasOthers() {
        return others;
    }

    /** @return those whose statements run or wait on it */
    public int sessions() {
        return sessions;
    }

    /** Since when the first of them has had it, so that none has waited longer; System.nanoTime(). */
    long since() {
        return since;
    }

    /** @param action runs when all have been sent elsewhere, so that nobody releases the connection any more */
    void whenDeserted(Runnable action) {
        whenDeserted = action;
    }

    /** Another session's read is about to be sent. */
    void join() {
        if (sessions == 0) {
            since = System.nanoTime();
        } else {
            others = true;
        }
        sessions++;
    }

    /** @return whether others may join those who use it */
    boolean isOpenToOthers() {
        return gate == Gate.OPEN;
    }

    /** Until it is not shared any more. */
    public void closeToOthers() {
        if (gate == Gate.OPEN) {
            gate = Gate.CLOSED;
        }
    }

    /**
     * The server shall end what it works on. The others run theirs elsewhere.
     *
     * @param start begins to tell the server, and calls what it is given when that has been done
     */
    void endFirst(Function<Runnable, ServerKill> start) {
        if (kill == null) {
            gate = Gate.LOCKED;
            kill = start.apply(this::told);
            sendOthersElsewhere();
        }
    }

    private void told() {
        kill = null;
        gate = sessions > 0 ? Gate.CLOSED : Gate.OPEN;
        Runnable action = whenTold;
        whenTold = null;
        if (action != null) {
            action.run();
        }
    }

    /**
     * All have left it.
     *
     * @param action runs as soon as the server cannot end anything else there: at once where it is told nothing
     */
    void onceUnlocked(Runnable action) {
        ServerKill underWay = kill;
        if (underWay == null) {
            action.run();
            return;
        }
        whenTold = action;
        if (underWay.cancel()) {
            told();
        }
    }

    /** So many sessions do not wait for it any more. */
    void left(int gone) {
        sessions -= gone;
        if (sessions == 0) {
            others = false;
            gate = gate == Gate.CLOSED ? Gate.OPEN : gate;
        }
    }

    /** @return whether it is now one session's own: nobody else has used it, or does so, since that took it */
    public boolean becomesOwn() {
        if (sessions != 1 || others || gate == Gate.LOCKED) {
            return false;
        }
        left(1);
        return true;
    }

    /** The sessions whose statements wait behind the first one run them elsewhere. */
    public void sendOthersElsewhere() {
        sendElsewhere("a statement before this one takes too long", 1);
        Exchange first = exchanges.peek();
        if (first != null) {
            first.othersAreGone();
        }
    }

    /**
     * An answer has ended. What it left on the connection in spite of the read's text, as by a function that a view calls, is not
     * for those behind it, who run theirs elsewhere, nor for whoever comes next; also where all that shared have gone by then.
     */
    void answered(Exchange exchange, ResponseTracker answer) {
        if ((others || exchange instanceof DroppedExchange) && answer.changesSession()) {
            session.touch();
            sendElsewhere("a statement before this one has changed the session", 0);
        }
    }

    private void sendElsewhere(String why, int remaining) {
        if (sessions > 0) {
            closeToOthers();
        }
        int gone = exchanges.failBehind(remaining, ServerFailure.of(server, Kind.BUSY, why));
        if (gone > 0) {
            left(gone);
            if (sessions == 0 && whenDeserted != null) {
                whenDeserted.run();
            }
        }
    }

    /** @return whether the server works on that one, or is going to next */
    public boolean isFirst(Exchange exchange) {
        return exchanges.peek() == exchange;
    }
}
