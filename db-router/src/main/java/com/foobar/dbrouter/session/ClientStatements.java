package com.foobar.dbrouter.session;

import com.foobar.dbrouter.routing.Classification;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client has prepared, by the ids that it knows. Belongs to the session's event loop. */
final class ClientStatements {
    /** MariaDB's way to name the statement that was prepared last, before its id is known. */
    static final int LAST_PREPARED = -1;

    private final Map<Integer, ClientStatement> byId = new HashMap<>(4);
    private final int most;
    private int lastId;
    private int lastPrepared;

    ClientStatements(int most) {
        this.most = most;
    }

    boolean isFull() {
        return byId.size() >= most;
    }

    /** The id that the next statement gets. */
    int nextId() {
        return lastId + 1;
    }

    ClientStatement add(String text, Classification classification, int parameters) {
        lastId++;
        ClientStatement statement = new ClientStatement(lastId, text, classification, parameters);
        byId.put(lastId, statement);
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
            statement.dropLongData();
        }
        return statement;
    }

    /** Bytes kept for all statements until they are executed. */
    long longDataBytes() {
        return byId.values().stream().mapToLong(ClientStatement::longDataBytes).sum();
    }

    void clear() {
        byId.values().forEach(ClientStatement::dropLongData);
        byId.clear();
    }
}
