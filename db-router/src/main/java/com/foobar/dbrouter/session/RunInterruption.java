package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerKill;
import com.foobar.dbrouter.pool.SharedUse;
import com.foobar.dbrouter.protocol.ErrPacket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends one run before it is done: by {@code KILL QUERY}, by its time, or as its client has gone. What others run on the same
 * connection is never hit by that, nor is a question of the router's own before it. Belongs to the session's event loop.
 */
final class RunInterruption {
    /** Between two times that the server is told to end the same statement, at first and at most. */
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

    /** A server that does not end by then what a client has left has to notice the end of the connection. */
    private static final long LONGEST_ENDING_NANOS = Duration.ofSeconds(4).toNanos();

    private final ServerRun run;
    private final ClientSession session;
    private final StatementTime time = new StatementTime();
    private boolean hasCome;
    private long leftAt;
    private long tellAgainAt;
    private long pause = FIRST_PAUSE_NANOS;
    private @Nullable ServerKill kill;
    private @Nullable Runnable whenTold;

    RunInterruption(ServerRun run, ClientSession session) {
        this.run = run;
        this.session = session;
    }

    /** The run begins, and with it the time that it may take. */
    void start() {
        time.start(session.services().loop(), session.user().maxStatementTime(), this::come);
    }

    /** Whether it is not to be run any more, or is being ended by the server. */
    boolean hasCome() {
        return hasCome;
    }

    /** What the client of an interrupted run is told. */
    ErrPacket error() {
        return time.interruption();
    }

    /** Whether the server says that because the time was over. */
    boolean explains(ErrPacket error) {
        return time.isReasonFor(error);
    }

    /** The run ends as soon as may be. Again where that was asked before: a KILL QUERY that came before the server had begun with it has done nothing. */
    void come() {
        ServerConnection target = run.connection();
        if (run.hasEnded()) {
            return;
        }
        hasCome = true;
        if (target == null) {
            run.killed(time.interruption());
        } else if (kill == null) {
            endOn(target);
        }
    }

    /** A KILL QUERY ends whatever the server works on: nothing is killed before its turn. */
    private void endOn(ServerConnection target) {
        SharedUse sharing = target.sharing();
        if (!run.isSent()) {
            endBefore(target);
        } else if (sharing.isShared()) {
            endOnShared(target, sharing);
        } else if (sharing.isFirst(run)) {
            tellServer(target);
        } else if (run.canRunElsewhere()) {
            endBefore(target);
        }
    }

    private void tellServer(ServerConnection target) {
        kill = session.services().pools().killQuery(target, session.memory().state(), this::serverIsTold);
    }

    /**
     * The server works on what has to be there before the run: the session's state, its statement's preparation. That goes with
     * the connection, which has nothing of the session yet; where it has, as in a transaction, it is ended by itself.
     */
    private void endBefore(ServerConnection target) {
        if (!target.worksForSession()) {
            return;
        }
        if (run.isHeld()) {
            tellServer(target);
        } else {
            endConnection(target);
            run.killed(time.interruption());
        }
    }

    /** A server that is busy would not notice that it is closed. */
    private void endConnection(ServerConnection target) {
        target.close();
        session.services().pools().killConnection(target, session.memory().state());
    }

    private void endOnShared(ServerConnection target, SharedUse sharing) {
        sharing.closeToOthers();
        if (sharing.isFirst(run)) {
            session.services().pools().endFirst(target, session.memory().state());
        } else if (sharing.hasOthers()) {
            // Who knows how long those before it take.
            target.drop(run);
            session.keeper().release(target);
            run.killed(time.interruption());
        }
    }

    /** The server has answered what was before it, as a question of the router's own. */
    void begins() {
        ServerConnection target = run.connection();
        if (target != null && (hasCome || (session.isClosed() && isAlone(target)))) {
            endOn(target);
        }
    }

    private void serverIsTold() {
        kill = null;
        Runnable next = whenTold;
        if (next != null) {
            whenTold = null;
            next.run();
        }
    }

    /**
     * The server has answered.
     *
     * @param next what the run does then
     * @return whether that comes later, as the server is just being told to end it: what it runs next would be ended instead
     */
    boolean delays(Runnable next) {
        if (kill == null || kill.cancel()) {
            return false;
        }
        session.flush();
        whenTold = next;
        return true;
    }

    /** What runs for the client is of no use any more. */
    void clientIsGone() {
        ServerConnection target = run.connection();
        if (target == null || (!run.isSent() && target.isQuiet())) {
            return;
        }
        if (!run.isSent() || !target.sharing().isShared()) {
            endConnection(target);
            return;
        }
        target.reading(true);
        if (isAlone(target)) {
            endOn(target);
        }
    }

    /** Others wait for theirs: it has to end soon, or they leave it alone. */
    private static boolean isAlone(ServerConnection target) {
        return target.sharing().sessions() == 1;
    }

    /**
     * Nobody waits behind it any more. Is called again and again while it is not answered: a KILL QUERY that came before the server
     * had begun with it has done nothing. What nobody wants costs a server that ignores that its connection.
     */
    void othersAreGone() {
        ServerConnection target = run.connection();
        if (target == null || !(hasCome || session.isClosed())) {
            return;
        }
        long now = System.nanoTime();
        if (session.isClosed() && leftAt == 0) {
            leftAt = now;
        }
        if (session.isClosed() && now - leftAt >= LONGEST_ENDING_NANOS) {
            endConnection(target);
        } else if (tellAgainAt == 0 || now - tellAgainAt >= 0) {
            tellAgainAt = now + pause;
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            endOn(target);
        }
    }

    /** The run has ended. */
    void stop() {
        time.stop();
        if (kill != null) {
            var unused = kill.cancel();
        }
    }
}
