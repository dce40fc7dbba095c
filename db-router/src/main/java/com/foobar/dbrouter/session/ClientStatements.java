package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.pool.StatementName;
import com.foobar.dbrouter.pool.StatementUse;
import com.foobar.dbrouter.routing.Classification;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client has prepared, by the ids that it knows. Belongs to the session's event loop. */
final class ClientStatements {
    /** MariaDB's way to name the statement that was prepared last, before its id is known. */
    static final int LAST_PREPARED = -1;

    private final Map<Integer, ClientStatement> byId = new HashMap<>(4);
    private final StatementUse use;
    private final int most;
    private final long mostText;
    private final LongData.Room longDataRoom;
    private long text;
    private int lastId;
    private int lastPrepared;

    /**
     * @param mostText bytes of all texts together
     * @param mostLongData bytes of all long data together
     */
    ClientStatements(int most, long mostText, long mostLongData, StatementUse use) {
        this.most = most;
        this.mostText = mostText;
        this.longDataRoom = new LongData.Room(mostLongData);
        this.use = use;
    }

    boolean isFull() {
        return byId.size() >= most;
    }

    /** Whether a text of so many bytes is too much beside the others. */
    boolean isTooMuch(int bytes) {
        return text + bytes > mostText;
    }

    /** The id that the next statement gets. */
    int nextId() {
        return lastId + 1;
    }

    /** @param preparedIn what the session is in */
    ClientStatement add(StatementName name, SessionState preparedIn, Classification classification, int parameters) {
        lastId++;
        ClientStatement statement = new ClientStatement(
                lastId, use.began(name), preparedIn, classification, parameters, new LongData(longDataRoom));
        byId.put(lastId, statement);
        text += name.text().length();
        lastPrepared = lastId;
        return statement;
    }

    /** The last preparation has failed: there is no statement that was prepared last. */
    void noneWasPrepared() {
        lastPrepared = 0;
    }

    @Nullable
    ClientStatement get(int id) {
        return byId.get(id == LAST_PREPARED ? lastPrepared : id);
    }

    @Nullable
    ClientStatement remove(int id) {
        ClientStatement statement = byId.remove(id == LAST_PREPARED ? lastPrepared : id);
        if (statement != null) {
            ended(statement);
        }
        return statement;
    }

    private void ended(ClientStatement statement) {
        text -= statement.text().length();
        statement.longData().drop();
        use.ended(statement.name(false));
        if (statement.hasHadCursor()) {
            use.ended(statement.name(true));
        }
    }

    /** The statement is executed with a cursor from now on: it needs statements of its own on the servers. */
    void giveCursor(ClientStatement statement) {
        // A session that has ended meanwhile has none any more.
        if (byId.containsKey(statement.id()) && !statement.hasHadCursor()) {
            statement.cursorGiven();
            var unused = use.began(statement.name(true));
        }
    }

    void clear() {
        byId.values().forEach(this::ended);
        byId.clear();
    }
}
