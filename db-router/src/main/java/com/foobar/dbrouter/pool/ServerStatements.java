package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.Command;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements of one server connection, for whichever session comes by: the least recently used are closed, those
 * that may have an open cursor last. Belongs to the connection's event loop.
 */
public final class ServerStatements {
    private final Map<StatementName, ServerStatement> byName = new LinkedHashMap<>(16, 0.75f, true);

    /** To be closed when nothing runs. */
    private final ArrayDeque<ServerStatement> forgotten = new ArrayDeque<>(0);

    private final ServerConnection connection;
    private final SessionOnServer.Commands commands;
    private final StatementUse use;
    private final int most;

    ServerStatements(ServerConnection connection, SessionOnServer.Commands commands, StatementUse use, int most) {
        this.connection = connection;
        this.commands = commands;
        this.use = use;
        this.most = most;
    }

    /** @return the statement if the connection has it prepared */
    public @Nullable ServerStatement get(StatementName name) {
        return byName.get(name);
    }

    /** Prepares a statement for {@link #get} to find. */
    public void prepare(StatementName name, Adoption done) {
        commands.send(OwnCommand.required(Command.STMT_PREPARE, name.text()), done, answer -> {
            var unused = remember(name, answer.statementId(), answer.parameters());
        });
    }

    /** As {@link #prepare}, but in another state than the connection is in, which is there again when it is done. */
    public void prepareIn(SessionState other, StatementName name, Adoption done) {
        SessionState back = connection.state();
        boolean telling = connection.tellsPositions();
        connection.adopt(
                other, done.after(() -> prepare(name, done.after(() -> connection.adopt(back, telling, done)))));
    }

    /** Keeps a statement that a session has had prepared. */
    public ServerStatement remember(StatementName name, int id, int parameters) {
        ServerStatement statement = new ServerStatement(id, parameters);
        ServerStatement tooMany = put(name, statement);
        if (tooMany != null) {
            close(tooMany);
        }
        return statement;
    }

    /** @return one that has to be closed, as it is replaced, one too many, or no client has it any more; or null */
    private @Nullable ServerStatement put(StatementName name, ServerStatement statement) {
        if (!use.preparedOn(name, connection)) {
            return statement;
        }
        ServerStatement before = byName.put(name, statement);
        if (before != null || byName.size() <= most) {
            return before;
        }
        return remove(byName.keySet().stream()
                .filter(StatementName::isShared)
                .findFirst()
                .orElseGet(() -> byName.keySet().iterator().next()));
    }

    private @Nullable ServerStatement remove(StatementName name) {
        use.goneFrom(name, connection);
        return byName.remove(name);
    }

    /** Forgets a statement, here and on the server. */
    public void forget(StatementName name) {
        ServerStatement statement = remove(name);
        if (statement != null) {
            close(statement);
            // Behind what else is read and sent just now, as often as not on this connection.
            connection.flushLater();
        }
    }

    /** What is sent while a statement runs, the server may take for the file that it is about to ask for. */
    private void close(ServerStatement statement) {
        forgotten.add(statement);
        if (connection.isAnswered()) {
            closeForgotten();
        }
    }

    /** Nothing runs. @return whether there is something to be flushed */
    boolean closeForgotten() {
        if (forgotten.isEmpty()) {
            return false;
        }
        ServerStatement statement;
        while ((statement = forgotten.poll()) != null) {
            connection.sendUnanswered(statement.close(ServerPools.ALLOCATOR));
        }
        return true;
    }

    /** The server has closed them all. */
    void areGone() {
        forgotten.clear();
        byName.keySet().forEach(name -> use.goneFrom(name, connection));
        byName.clear();
    }

    int size() {
        return byName.size();
    }
}
