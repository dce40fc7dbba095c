package com.foobar.dbrouter.pool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements of one server connection, for whichever session comes by: the least recently used are closed, those
 * that may have an open cursor last. Belongs to the connection's event loop.
 */
final class ServerStatements {
    private final Map<StatementName, ServerStatement> byName = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;

    ServerStatements(int most) {
        this.most = most;
    }

    @Nullable
    ServerStatement get(StatementName name) {
        return byName.get(name);
    }

    /** @return a statement that has to be closed for the new one, or null */
    @Nullable
    ServerStatement put(StatementName name, ServerStatement statement) {
        ServerStatement before = byName.put(name, statement);
        if (before != null) {
            return before;
        }
        if (byName.size() <= most) {
            return null;
        }
        StatementName oldest = byName.keySet().stream()
                .filter(StatementName::isShared)
                .findFirst()
                .orElseGet(() -> byName.keySet().iterator().next());
        return byName.remove(oldest);
    }

    void remove(ServerStatement statement) {
        byName.values().removeIf(s -> s.id() == statement.id());
    }

    Iterable<ServerStatement> all() {
        return byName.values();
    }

    int size() {
        return byName.size();
    }

    void clear() {
        byName.clear();
    }
}
