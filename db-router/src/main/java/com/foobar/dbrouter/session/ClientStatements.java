package com.foobar.dbrouter.session;

import com.foobar.dbrouter.memory.ClientMemory;
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

    /** About what a statement takes in the heap, but for its text and what the client has made of it. */
    private static final int PLAIN_SIZE = 256;

    private final Map<Integer, ClientStatement> byId = new HashMap<>(4);
    private final StatementUse use;
    private final int most;
    private final long mostText;
    private final ClientMemory memory;
    private final LongData.Room longDataRoom;
    private long text;
    private int lastId;
    private int lastPrepared;

    /**
     * @param mostText bytes of all texts together
     * @param mostLongData bytes of all long data together
     * @param memory of which it takes
     */
    ClientStatements(int most, long mostText, long mostLongData, ClientMemory memory, StatementUse use) {
        this.most = most;
        this.mostText = mostText;
        this.memory = memory;
        this.longDataRoom = new LongData.Room(mostLongData, memory.input());
        this.use = use;
    }

    boolean isFull() {
        return byId.size() >= most;
    }

    /** Whether a text of so many bytes is too much beside the others. */
    boolean isTooMuch(int bytes) {
        return text + bytes > mostText;
    }

    /** Whether all clients together have no room for a text of so many bytes. */
    boolean isTooMuchForAll(int bytes) {
        return !memory.prepared().hasRoom(PLAIN_SIZE + (long) bytes);
    }

    /** The text of a statement that is being prepared is there, before it is {@link #add}ed or has failed. */
    void textCame(int bytes) {
        memory.prepared().add(bytes);
    }

    /** It is not any more, or as a statement's. */
    void textWent(int bytes) {
        memory.prepared().add(-bytes);
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
        memory.prepared().add(size(statement));
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

    /** Without its text, which others may have as well: that is counted by {@link StatementUse}. */
    private static long size(ClientStatement statement) {
        return PLAIN_SIZE
                + (long) ParameterTypes.LENGTH * statement.parameters()
                + statement.preparedIn().size();
    }

    private void ended(ClientStatement statement) {
        text -= statement.text().length();
        memory.prepared().add(-size(statement));
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
