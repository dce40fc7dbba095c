package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.memory.MemoryBudget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which statements clients of an event loop have prepared, and which server connections have prepared them for those. A
 * statement that no client has any more is closed on the servers at once: they count and limit them
 * ({@code max_prepared_stmt_count}). Belongs to the event loop.
 */
public final class StatementUse {
    private final Map<StatementName, Use> uses = new HashMap<>();
    private final MemoryBudget memory;

    /** @param memory of which each text is taken once, however many clients have prepared it */
    public StatementUse(MemoryBudget memory) {
        this.memory = memory;
    }

    /** One statement's clients and server connections. */
    private static final class Use {
        final StatementName name;
        int clients;
        final Set<ServerConnection> connections = new HashSet<>(4);

        Use(StatementName name) {
            this.name = name;
        }
    }

    /**
     * One client more has the statement.
     *
     * @return the same name for all of them: each execution looks for it, and texts need not be compared for that
     */
    public StatementName began(StatementName name) {
        Use use = uses.get(name);
        if (use == null) {
            use = new Use(name);
            uses.put(name, use);
            memory.add(size(name));
        }
        use.clients++;
        return use.name;
    }

    /** One client less has it. */
    public void ended(StatementName name) {
        Use use = uses.get(name);
        if (use != null && --use.clients == 0) {
            uses.remove(name);
            memory.add(-size(name));
            List.copyOf(use.connections)
                    .forEach(connection -> connection.statements().forget(name));
        }
    }

    /** One that has a cursor shares its text with the one that has none, which is there as long. */
    private static long size(StatementName name) {
        return name.isShared() ? name.text().length() : 0;
    }

    /** @return whether a client has the statement; nobody would ever close it otherwise */
    boolean preparedOn(StatementName name, ServerConnection connection) {
        Use use = uses.get(name);
        if (use == null) {
            return false;
        }
        use.connections.add(connection);
        return true;
    }

    void goneFrom(StatementName name, ServerConnection connection) {
        Use use = uses.get(name);
        if (use != null) {
            use.connections.remove(connection);
        }
    }
}
