package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.Trait;

/**
 * What a connection needs before a command can be sent on it: the session's state, then what the command itself wants
 * ({@link ServerRun#prepare}), then what it asks of an earlier one, then its transaction where that moves. Until all of it is there even a write can go to
 * another connection. A read that needs the state only is sent with it ({@link StateAhead}).
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
        if (!held
                && asksForSequence()
                && session.sequenceValues().isNone()
                && target.session().hasSequenceValues()) {
            target.reset(before(this::option));
        } else {
            option();
        }
    }

    /** The session may have set it while it keeps the connection. */
    private void option() {
        ConnectionKey key = session.memory().key();
        if (target.isOf(key)) {
            adopt();
        } else {
            target.takeSeveralStatements(key, before(this::adopt));
        }
    }

    /** Also where it takes one as well: it may do so later than it asks. */
    private boolean asksForSequence() {
        return run.classification().has(Trait.ASKS_SEQUENCE_VALUE);
    }

    private void adopt() {
        boolean tellingPositions = !held
                && !target.sharing().isShared()
                && session.reads().needsPositions()
                && session.isPrimary(target.server());
        StateAhead state = new StateAhead();
        boolean readsAlike = target.adopt(session.memory().state(), tellingPositions, state);
        state.follow(readsAlike);
    }

    private void stateIsThere() {
        run.prepare(target, before(this::isPrepared));
    }

    private void isPrepared() {
        Classification statement = run.classification();
        if (run.interruption().hasCome()) {
            // It is refused there, and what the server may still be told to end must not be anything of the session's.
            run.send(target);
        } else if (isGone(statement)) {
            run.lastStatementIsGone(target);
        } else if (statement.needsInsertId()) {
            session.lastInsertId().bring(target, this::idIsThere);
        } else {
            outcomeOfNothing();
        }
    }

    /** To tell the connection the id would cost it the outcome of the last statement. */
    private boolean isGone(Classification statement) {
        if (asksForSequence() && !session.sequenceValues().isKnown(target, run)) {
            return true;
        }
        return statement.asksForOutcome()
                && !session.lastStatement().isNone(statement)
                && (session.lastStatement().connectionFor(statement) != target
                        || (statement.has(Trait.ASKS_INSERT_ID)
                                && !session.lastInsertId().isOn(target)));
    }

    private void idIsThere() {
        if (run.classification().has(Trait.ASKS_INSERT_ID)
                && session.lastInsertId().isLost()) {
            run.lastStatementIsGone(target);
        } else {
            outcomeOfNothing();
        }
    }

    /** What others have run on the connection is no outcome of a session that has run nothing. */
    private void outcomeOfNothing() {
        if (run.classification().asksForOutcome() && session.lastStatement().isNone(run.classification())) {
            target.session().forgetOutcome(before(this::send));
        } else {
            send();
        }
    }

    /** A transaction begins last, so that nothing that may fail or resets the connection comes between. */
    private void send() {
        if (run.bringsTransaction()) {
            target.beginReadOnly(before(() -> run.send(target)));
        } else {
            run.send(target);
        }
    }

    private Adoption before(Runnable next) {
        return new Adoption() {
            @Override
            public void adopted() {
                next.run();
            }

            @Override
            public void refused(ErrPacket error) {
                run.notAdopted(target, error);
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

    /**
     * The session's state on its way to the server. A read is sent behind it at once, which spares it one way to the server and back: should the server refuse
     * the state, the read's answer is dropped, and nothing has come of it. Anything else waits for the server's word, as it would be carried out in
     * the database and with the settings of whoever had the connection before.
     */
    private final class StateAhead implements Adoption {
        private boolean answered;
        private boolean followed;

        /** @param readsAlike whether the read is understood as what it is even where the state is refused */
        void follow(boolean readsAlike) {
            if (!answered && readsAlike && run.mayFollow(target)) {
                followed = true;
                run.send(target);
            }
        }

        @Override
        public void adopted() {
            answered = true;
            if (!followed) {
                stateIsThere();
            }
        }

        @Override
        public void refused(ErrPacket error) {
            answered = true;
            if (followed) {
                run.recall(target);
            }
            run.notAdopted(target, error);
        }

        @Override
        public void failed(ServerFailure failure) {
            answered = true;
            if (followed) {
                // It hears of it here.
                target.drop(run);
            }
            run.failed(failure);
        }

        @Override
        public boolean canRunElsewhere() {
            return !held;
        }
    }
}
