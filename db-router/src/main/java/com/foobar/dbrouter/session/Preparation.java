package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;

/**
 * What a connection needs before a command can be sent on it: the session's state, then what the command asks of an earlier
 * one, then what the command itself wants ({@link ServerRun#prepare}). Until all of it is there even a write can go to
 * another connection.
 */
final class Preparation {
    private final ServerRun run;
    private final ClientSession session;
    private final ServerConnection target;
    private final boolean held;

    /** @param held whether the session keeps the connection, so that no other will do */
    Preparation(ServerRun run, ClientSession session, ServerConnection target, boolean held) {
        this.run = run;
        this.session = session;
        this.target = target;
        this.held = held;
    }

    /** The run hears how it ends. */
    void start() {
        boolean tellingPositions = !held && session.reads().needsPositions() && session.isPrimary(target.server());
        target.adopt(session.memory().state(), tellingPositions, before(this::stateIsThere));
    }

    private void stateIsThere() {
        if (!run.classification().asksForLastStatement()) {
            ready();
        } else if (run.asksForAnIdOnly()) {
            if (knowsLastInsertId()) {
                ready();
            } else {
                String id = Long.toUnsignedString(session.memory().lastInsertId());
                target.run("SET last_insert_id=" + id, before(this::ready));
            }
        } else if (held || target == session.keeper().last()) {
            ready();
        } else {
            run.lastStatementIsGone(target);
        }
    }

    private boolean knowsLastInsertId() {
        return session.memory().hasInsertedOn(target) && (held || target.lastUser() == session);
    }

    private void ready() {
        run.prepare(target, before(() -> run.send(target)));
    }

    private Adoption before(Runnable next) {
        return new Adoption() {
            @Override
            public void adopted() {
                next.run();
            }

            @Override
            public void refused(ErrPacket error) {
                run.refusedBefore(target, error);
            }

            @Override
            public void failed(ServerFailure failure) {
                run.failed(failure);
            }

            @Override
            public boolean canRunElsewhere() {
                return !held;
            }
        };
    }
}
