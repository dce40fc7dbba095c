package com.foobar.dbrouter.pool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements of one server connection, for whichever session comes by: the least recently used are closed, those
 * that may have an open cursor last. Belongs to the connection's event loop.
 */
final class ServerStatements {
    private final Map<StatementName, ServerStatement> byName = new LinkedHashMap<>(16, 0.75f, true);
    private final ServerConnection connection;
    private final StatementUse use;
    private final int most;

    ServerStatements(ServerConnection connection, StatementUse use, int most) {
        this.connection = connection;
        this.use = use;
        this.most = most;
    }

    @Nullable
    ServerStatement get(StatementName name) {
        return byName.get(name);
    }

    /** @return a statement that has to be closed, as it is replaced, one too many, or no client has it any more; or null */
    @Nullable
    ServerStatement put(StatementName name, ServerStatement statement) {
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

    @Nullable
    ServerStatement remove(StatementName name) {
        use.goneFrom(name, connection);
        return byName.remove(name);
    }

    /** @return all there were */
    List<ServerStatement> clear() {
        List<ServerStatement> all = List.copyOf(byName.values());
        byName.keySet().forEach(name -> use.goneFrom(name, connection));
        byName.clear();
        return all;
    }

    int size() {
        return byName.size();
    }
}
