package com.foobar.dbrouter.pool;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the text of a statement means depends on: servers settle it when a statement is prepared, and execute it so ever after,
 * whatever the session has changed since.
 *
 * @param schema where names without one are looked for
 * @param collation the handshake's
 * @param settings those of {@link SessionState#settings} that change how text is read
 * @param unknown how many more changes of that kind only the session's connection knows
 */
public record StatementEnvironment(@Nullable String schema, int collation, List<String> settings, int unknown) {
    private static final Pattern READING =
            Pattern.compile("sql_mode|names|charset|character|collation", Pattern.CASE_INSENSITIVE);

    public StatementEnvironment {
        settings = List.copyOf(settings);
    }

    /** @return of a statement that is prepared in that state, where the session has made so many unknown changes */
    public static StatementEnvironment of(SessionState state, int unknown) {
        List<String> settings = state.settings().stream()
                .map(SessionState.Setting::statement)
                .filter(StatementEnvironment::changesReading)
                .toList();
        return new StatementEnvironment(state.schema(), state.collation(), settings, unknown);
    }

    /** @return whether texts may be read differently after this {@code SET} */
    public static boolean changesReading(String set) {
        return READING.matcher(set).find();
    }

    /** @return whether they are the same but for the database */
    public boolean readsAs(StatementEnvironment other) {
        return collation == other.collation && unknown == other.unknown && settings.equals(other.settings);
    }
}
