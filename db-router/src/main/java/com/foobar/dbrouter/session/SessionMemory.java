package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.pool.StatementEnvironment;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.StatusFlags;
import org.jspecify.annotations.Nullable;

/** What a session is in, whichever server connection serves it next. Belongs to the session's event loop. */
final class SessionMemory {
    /** Of an answer, not of the session. */
    private static final int PASSING = StatusFlags.MORE_RESULTS_EXISTS
            | StatusFlags.CURSOR_EXISTS
            | StatusFlags.LAST_ROW_SENT
            | StatusFlags.SESSION_STATE_CHANGED;

    private ConnectionKey key;
    private SessionState initialState;
    private SessionState state;
    private @Nullable StatementEnvironment environment;
    private int unknownChanges;
    private int status = StatusFlags.AUTOCOMMIT;
    private boolean readsOnly;

    /** @param state as the login has it */
    SessionMemory(ConnectionKey key, SessionState state) {
        this.key = key;
        this.initialState = state;
        this.state = state;
    }

    ConnectionKey key() {
        return key;
    }

    void capabilitiesAre(long capabilities) {
        key = new ConnectionKey(key.user(), capabilities);
    }

    SessionState state() {
        return state;
    }

    /** What a text means that is prepared now. */
    StatementEnvironment environment() {
        StatementEnvironment known = environment;
        if (known == null) {
            known = StatementEnvironment.of(state, unknownChanges);
            environment = known;
        }
        return known;
    }

    /** How texts are read, or in which database, is something that only the session's connection knows. */
    void environmentIsUnknown() {
        unknownChanges++;
        environment = null;
    }

    SessionState initialState() {
        return initialState;
    }

    /** The last {@link StatusFlags} that a server told. */
    int status() {
        return status;
    }

    /** Whether its transactions only read, unless they say otherwise. */
    boolean readsOnly() {
        return readsOnly;
    }

    void readsOnly(boolean are) {
        readsOnly = are;
    }

    /** The session is in another state by a statement that ran on this connection. */
    void stateIs(ServerConnection connection, SessionState changed) {
        state = changed;
        environment = null;
        connection.stateIs(changed);
    }

    /** Notes what an answer says of the session. */
    void note(ServerConnection connection, ResponseTracker answer) {
        if (answer.hasStatus()) {
            status = answer.status() & ~PASSING;
        }
        String schema = answer.schema();
        if (schema != null) {
            stateIs(connection, state.withSchema(schema.isEmpty() ? null : schema));
        }
    }

    /** As after login, but in the current database. */
    void startOver() {
        begin(initialState.withSchema(state.schema()));
    }

    /** Another user goes on with the connection. */
    void becomes(ConnectionKey other, SessionState fresh) {
        key = other;
        initialState = fresh;
        begin(fresh);
    }

    private void begin(SessionState fresh) {
        state = fresh;
        environment = null;
        unknownChanges = 0;
        status = StatusFlags.AUTOCOMMIT;
        readsOnly = false;
    }
}
