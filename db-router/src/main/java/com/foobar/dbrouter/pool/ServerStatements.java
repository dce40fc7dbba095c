package com.foobar.dbrouter.pool;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statements of one server connection by their text, for whichever session comes by: the least recently used are
 * closed. Belongs to the connection's event loop.
 */
final class ServerStatements {
    private final Map<String, ServerStatement> byText = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;

    ServerStatements(int most) {
        this.most = most;
    }

    @Nullable
    ServerStatement get(String text) {
        return byText.get(text);
    }

    /** @return a statement that has to be closed for the new one, or null */
    @Nullable
    ServerStatement put(String text, ServerStatement statement) {
        ServerStatement before = byText.put(text, statement);
        if (before != null) {
            return before;
        }
        if (byText.size() <= most) {
            return null;
        }
        Iterator<ServerStatement> oldest = byText.values().iterator();
        ServerStatement closed = oldest.next();
        oldest.remove();
        return closed;
    }

    void remove(ServerStatement statement) {
        byText.values().removeIf(s -> s.id() == statement.id());
    }

    Iterable<ServerStatement> all() {
        return byText.values();
    }

    int size() {
        return byText.size();
    }

    void clear() {
        byText.clear();
    }
}
