package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerKill;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.ResponseTracker;
import org.jspecify.annotations.Nullable;

/**
 * Ends one run before it is done: by {@code KILL QUERY}, by its time, or as its client has gone. What others run on the same
 * connection is never hit by that. Belongs to the session's event loop.
 */
final class RunInterruption {
    private final ServerRun run;
    private final ClientSession session;
    private final StatementTime time = new StatementTime();
    private boolean hasCome;
    private @Nullable ServerKill kill;
    private @Nullable ResponseTracker endedWhileKilling;

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

    /** The run ends as soon as may be. */
    void come() {
        ServerConnection target = run.connection();
        if (hasCome || run.hasEnded()) {
            return;
        }
        if (run.isSent() && target != null && target.sharing().isShared()) {
            target.sharing().closeToOthers();
            if (target.sharing().hasOthers()) {
                comeAmongOthers(target);
                return;
            }
        }
        hasCome = true;
        if (target == null) {
            run.killed(time.interruption());
        } else if (run.isSent()) {
            kill = session.services()
                    .pools()
                    .killQuery(target, session.memory().state(), this::serverIsTold, this::serverIsNotTold);
        }
    }

    /** A KILL QUERY may come late and hit another's statement. */
    private void comeAmongOthers(ServerConnection target) {
        if (!target.sharing().isFirst(run)) {
            target.sharing().leave(run);
            session.keeper().release(target);
            run.killed(time.interruption());
        } else if (!run.hasPassedOn()) {
            target.sharing().sendOthersElsewhere();
            run.killed(time.interruption());
            end(target);
        }
    }

    private void serverIsTold() {
        kill = null;
        ResponseTracker answer = endedWhileKilling;
        if (answer != null) {
            endedWhileKilling = null;
            run.completed(answer);
        }
    }

    private void serverIsNotTold() {
        session.services().metrics().error("kill_failed");
    }

    /** The server has answered. @return whether it is just being told to end that: what it runs next would be ended instead */
    boolean delays(ResponseTracker answer) {
        if (kill == null || kill.cancel()) {
            return false;
        }
        session.flush();
        endedWhileKilling = answer;
        return true;
    }

    /** What runs for the client is of no use any more. */
    void clientIsGone() {
        ServerConnection target = run.connection();
        if (target == null || !run.isSent()) {
            return;
        }
        if (target.sharing().sessions() > 1) {
            // Others wait for theirs; it has to end soon, or they leave it alone.
            target.reading(true);
        } else {
            end(target);
        }
    }

    /** Nobody waits behind it any more. */
    void othersAreGone() {
        ServerConnection target = run.connection();
        if (session.isClosed() && target != null) {
            end(target);
        }
    }

    private void end(ServerConnection target) {
        target.close();
        session.services().pools().killConnection(target, session.memory().state(), this::serverIsNotTold);
    }

    /** The run has ended. */
    void stop() {
        time.stop();
        if (kill != null) {
            var unused = kill.cancel();
        }
    }
}
