package com.foobar.dbrouter.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session has made of its connection and what any other connection can be brought to by repeating it. Immutable.
 *
 * @param schema the current database, one char per byte; null where none was chosen, {@code ""} where a server connection's is
 *     not known
 * @param collation the id that the client gave in its handshake; {@value #UNKNOWN_COLLATION} where a server connection's
 *     is not known
 * @param settings {@code SET} statements with constant values, oldest first, one char per byte
 */
public record SessionState(@Nullable String schema, int collation, List<String> settings) {
    public static final int UNKNOWN_COLLATION = -1;

    /** No database has this name: choosing any is a change. */
    static final String UNKNOWN_SCHEMA = "";

    /** More different settings than this are not carried from connection to connection. */
    public static final int MOST_SETTINGS = 32;

    public SessionState {
        settings = List.copyOf(settings);
    }

    /** @return the same in another database */
    public SessionState withSchema(@Nullable String other) {
        return new SessionState(other, collation, settings);
    }

    /**
     * @param statement moves to the end where it was there before: what it sets is as it says from now on. One that builds
     *     on what is set already ({@code @@sql_mode}) is added once more
     * @return the same with one setting more
     */
    public SessionState withSetting(String statement) {
        boolean absolute = statement.indexOf('@') < 0;
        if (absolute && !settings.isEmpty() && settings.get(settings.size() - 1).equals(statement)) {
            return this;
        }
        List<String> more = new ArrayList<>(settings);
        if (absolute) {
            more.remove(statement);
        }
        more.add(statement);
        return new SessionState(schema, collation, more);
    }

    /** @return whether a connection in that state only needs more settings, not a fresh start */
    boolean continues(SessionState before) {
        return collation == before.collation
                && settings.size() >= before.settings.size()
                && settings.subList(0, before.settings.size()).equals(before.settings);
    }
}
