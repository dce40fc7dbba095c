package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a session has made of its connection and what any other connection can be brought to by repeating it. Immutable.
 *
 * @param schema the current database, one char per byte; null where none was chosen, {@code ""} where a server connection's is
 *     not known
 * @param collation the id that the client gave in its handshake; {@value #UNKNOWN_COLLATION} where a server connection's
 *     is not known
 * @param settings oldest first
 */
public record SessionState(@Nullable String schema, int collation, List<Setting> settings) {
    public static final int UNKNOWN_COLLATION = -1;

    /** No database has this name: choosing any is a change. */
    static final String UNKNOWN_SCHEMA = "";

    private static final Pattern WAIT_TIMEOUT =
            Pattern.compile("(?<!\\w)wait_timeout`?\\s*:?=\\s*(\\d+|DEFAULT)", Pattern.CASE_INSENSITIVE);

    /** More different settings than this are not carried from connection to connection. */
    public static final int MOST_SETTINGS = 32;

    /** Nor are longer ones, in bytes. */
    public static final int LONGEST_SETTING = 4096;

    /** Nor more than that together, in bytes. */
    public static final int MOST_SIZE = 16 << 10;

    /** What a server does for a client with CLIENT_IGNORE_SPACE at its login, and not again when the connection is reset. */
    private static final String IGNORE_SPACE = "SET sql_mode=CONCAT(@@sql_mode,',IGNORE_SPACE')";

    /**
     * A {@code SET} statement with constant values.
     *
     * @param statement one char per byte
     * @param variable the only one that it sets, in lower case, however the statement names it; null where it sets several
     * @param absolute whether what it sets is the same, whatever was set before it: no variable is in a value
     */
    public record Setting(String statement, @Nullable String variable, boolean absolute) {
        /** Whether nothing is left of the other when this one follows it. */
        boolean overrides(Setting other) {
            return statement.equals(other.statement) || (variable != null && variable.equals(other.variable));
        }
    }

    public SessionState {
        settings = List.copyOf(settings);
    }

    /**
     * @param capabilities of the client
     * @param settings that all sessions of the user begin with
     * @return as a session begins
     */
    public static SessionState ofLogin(
            @Nullable String schema, int collation, long capabilities, List<String> settings) {
        List<Setting> all = new ArrayList<>();
        settings.forEach(statement -> all.add(new Setting(statement, null, false)));
        if (CapabilityFlags.has(capabilities, CapabilityFlags.IGNORE_SPACE)) {
            all.add(new Setting(IGNORE_SPACE, null, false));
        }
        return new SessionState(schema, collation, all);
    }

    /** @return the same in another database */
    public SessionState withSchema(@Nullable String other) {
        return new SessionState(other, collation, settings);
    }

    /**
     * @param setting takes the place of what it overrides, but of nothing that a later one builds on ({@code @@sql_mode}); one
     *     that builds on others itself is added to them
     * @return the same with that, at the end
     */
    public SessionState withSetting(Setting setting) {
        List<Setting> more = new ArrayList<>(settings);
        if (setting.absolute()) {
            int last = more.size() - 1;
            while (last >= 0 && more.get(last).absolute()) {
                last--;
            }
            more.subList(last + 1, more.size()).removeIf(setting::overrides);
        }
        more.add(setting);
        return more.equals(settings) ? this : new SessionState(schema, collation, more);
    }

    /** @return whether it can be carried from connection to connection */
    public boolean isSmall() {
        return settings.size() <= MOST_SETTINGS && size() <= MOST_SIZE;
    }

    /** @return bytes of its settings */
    public int size() {
        int size = 0;
        for (Setting setting : settings) {
            size += setting.statement().length();
        }
        return size;
    }

    /** @return how long a server waits for the next command of a session that has set it; null where it has not */
    public @Nullable Duration waitTimeout() {
        for (int i = settings.size() - 1; i >= 0; i--) {
            Matcher set = WAIT_TIMEOUT.matcher(settings.get(i).statement());
            String seconds = null;
            while (set.find()) {
                seconds = set.group(1);
            }
            if (seconds != null) {
                boolean number = Character.isDigit(seconds.charAt(0)) && seconds.length() <= 9;
                return number ? Duration.ofSeconds(Math.max(1, Long.parseLong(seconds))) : null;
            }
        }
        return null;
    }

    /** @return whether a connection in that state only needs more settings, not a fresh start */
    public boolean continues(SessionState before) {
        return collation == before.collation
                && settings.size() >= before.settings.size()
                && settings.subList(0, before.settings.size()).equals(before.settings);
    }
}
