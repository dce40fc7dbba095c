package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.ResponseTracker;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What of a session is on one server connection, and how it is brought to another session's. Belongs to the connection's event
 * loop.
 */
public final class SessionOnServer {
    /** Whether the server's answers tell the positions of writes ({@link ResponseTracker#positions}). */
    private enum Telling {
        NO,
        YES,
        /** The server refuses, as MySQL does without GTIDs; until a reset. */
        NEVER
    }

    /** The connection's way of running commands that are the router's own. */
    interface Commands {
        /** Runs one behind what has been sent already. */
        void send(OwnCommand command, Adoption done, Consumer<ResponseTracker> onSuccess);
    }

    /** Limited, as a session may have limited queries to no row at all. */
    private static final String TAKE_INSERT_ID = "SELECT LAST_INSERT_ID(), LAST_INSERT_ID(0) LIMIT 1";

    /** A row where there is no current database. */
    private static final String HAS_NO_SCHEMA = "SELECT 1 FROM DUAL WHERE DATABASE() IS NULL LIMIT 1";

    private final ServerConnection connection;
    private final Commands commands;
    private SessionState state;
    private boolean touched;
    private Telling telling = Telling.NO;

    /** What LAST_INSERT_ID() is there, where {@link #insertIdKnown}. */
    private long insertId;

    private boolean insertIdKnown = true;

    /** Whether values of sequences can be asked for there, of the present user's or of those before. */
    private boolean ownSequenceValues;

    private boolean othersSequenceValues;

    SessionOnServer(ServerConnection connection, Commands commands, SessionState state) {
        this.connection = connection;
        this.commands = commands;
        this.state = state;
    }

    SessionState state() {
        return state;
    }

    boolean isTouched() {
        return touched;
    }

    void touch() {
        touched = true;
    }

    /** The server has refused a part of what the connection was to be in. */
    void isRefused() {
        touched = true;
        if (state.schema() != null) {
            state = state.withSchema(SessionState.UNKNOWN_SCHEMA);
        }
    }

    boolean tellsPositions() {
        return telling == Telling.YES;
    }

    void tellingIsChanged() {
        telling = Telling.NO;
    }

    void stateIs(SessionState changed) {
        state = changed;
    }

    /**
     * Asks for LAST_INSERT_ID(), which is 0 after that.
     *
     * @param unknown is called where there is no answer
     */
    public void takeInsertId(LongConsumer known, Runnable unknown) {
        insertIdIsTaken();
        connection.send(
                OwnCommand.required(Command.QUERY, TAKE_INSERT_ID).packet(ServerPools.ALLOCATOR),
                new OwnQuestion(2, id -> known.accept(Long.parseUnsignedLong(id)), () -> {
                    // Refused, or ended by a KILL: it may be there still.
                    insertIdMayHaveChanged();
                    unknown.run();
                }));
    }

    /** Begins a transaction that only reads. */
    void beginReadOnly(Adoption done) {
        commands.send(OwnCommand.required(Command.QUERY, "START TRANSACTION READ ONLY"), done, answer -> {});
    }

    /** Makes ROW_COUNT(), FOUND_ROWS() and the warnings what they are in a session that has run nothing. */
    public void forgetOutcome(Adoption done) {
        AllAdopted all = new AllAdopted(connection, 2, done);
        commands.send(OwnCommand.required(Command.QUERY, "SELECT 1"), all.one(true), answer -> {});
        commands.send(OwnCommand.required(Command.QUERY, "DO 0"), all.one(true), answer -> {});
    }

    /** @return whether LAST_INSERT_ID() is known to be this there */
    public boolean hasInsertId(long id) {
        return insertIdKnown && insertId == id;
    }

    /** A statement of the session's may have changed what LAST_INSERT_ID() is. */
    public void insertIdMayHaveChanged() {
        insertIdKnown = false;
    }

    /** Makes LAST_INSERT_ID() this there for what is sent behind it, if it is not already. */
    public void tellInsertId(long id, Adoption done) {
        if (hasInsertId(id)) {
            done.adopted();
            return;
        }
        insertId = id;
        insertIdKnown = true;
        String set = "SET last_insert_id=" + Long.toUnsignedString(id);
        commands.send(OwnCommand.required(Command.QUERY, set), done, answer -> {});
    }

    /** The session has taken a value of a sequence there. */
    public void tookSequenceValue() {
        ownSequenceValues = true;
    }

    /** @return whether anybody has taken a value of a sequence there since the last reset */
    public boolean hasSequenceValues() {
        return ownSequenceValues || othersSequenceValues;
    }

    /** @return whether somebody but the present user has */
    public boolean hasOthersSequenceValues() {
        return othersSequenceValues;
    }

    /** From now on somebody else uses it. */
    void userChanges() {
        othersSequenceValues |= ownSequenceValues;
        ownSequenceValues = false;
    }

    private void startsOver() {
        insertIdIsTaken();
        ownSequenceValues = false;
        othersSequenceValues = false;
    }

    /** LAST_INSERT_ID() has been asked for, and is 0 from then on. */
    void insertIdIsTaken() {
        insertId = 0;
        insertIdKnown = true;
    }

    /**
     * Brings the connection to a session's state by commands that it sends at once.
     *
     * @param tellingPositions whether the server shall tell the positions of writes from then on, if it can
     * @param done is called at once where there is nothing to do
     * @return whether texts mean the same there, but for the database, even where the server refuses that
     */
    boolean adopt(SessionState wanted, boolean tellingPositions, Adoption done) {
        List<OwnCommand> needed = SessionReplay.between(state, wanted);
        boolean readsAlike = !SessionReplay.changesReading(state, needed);
        if (!needed.isEmpty()) {
            connection.letGo();
        }
        if (wanted.schema() == null && state.schema() != null) {
            // No command takes its database away: nobody else has it as one that has none.
            touched = true;
        }
        state = wanted;
        if (SessionReplay.startsOver(needed)) {
            startsOver();
            connection.statements().areGone();
        }
        if (SessionReplay.changesTelling(needed)) {
            telling = Telling.NO;
        }
        boolean tell = tellingPositions && telling == Telling.NO;
        if (needed.isEmpty() && !tell) {
            done.adopted();
            return true;
        }
        AllAdopted all = new AllAdopted(connection, needed.size() + (tell ? 1 : 0), done);
        for (OwnCommand command : needed) {
            commands.send(command, all.one(command.required()), answer -> {});
        }
        if (tell) {
            telling = Telling.NEVER;
            commands.send(
                    SessionReplay.tellPositions(connection.serverVersion()),
                    all.one(false),
                    answer -> telling = Telling.YES);
        }
        return readsAlike;
    }

    /**
     * Rolls back and forgets everything of the session but its database: COM_RESET_CONNECTION. That the connection has none
     * is the server's word then.
     */
    void reset(Adoption done) {
        boolean hadNone = state.schema() == null;
        AllAdopted all = new AllAdopted(connection, hadNone ? 2 : 1, done);
        commands.send(OwnCommand.required(Command.RESET_CONNECTION, ""), all.one(true), answer -> isReset());
        if (hadNone) {
            commands.send(OwnCommand.required(Command.QUERY, HAS_NO_SCHEMA), all.one(true), answer -> {
                if (answer.rows() == 0) {
                    state = state.withSchema(SessionState.UNKNOWN_SCHEMA);
                }
            });
        }
    }

    /** The session has had the connection reset by a command of its own. */
    void wasReset() {
        isReset();
        // Without a database, as far as is known: it is asked for by another reset, before anyone else has it.
        touched = state.schema() == null;
    }

    /** A reset keeps the database, and that may be another than it was taken for: the next session chooses its own. */
    private void isReset() {
        touched = false;
        telling = Telling.NO;
        startsOver();
        state = new SessionState(
                state.schema() == null ? null : SessionState.UNKNOWN_SCHEMA, SessionState.UNKNOWN_COLLATION, List.of());
    }
}
