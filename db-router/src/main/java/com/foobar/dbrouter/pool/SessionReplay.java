package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What brings a connection from one session's state to another's. */
final class SessionReplay {
    /** MySQL has no collations beyond it. Those of MariaDB are found by their names only. */
    private static final int FIRST_OF_MARIADB = 512;

    private SessionReplay() {}

    /** @return the commands in their order; none where it is there already */
    static List<OwnCommand> between(SessionState before, SessionState wanted) {
        if (before.equals(wanted)) {
            return List.of();
        }
        List<OwnCommand> commands = new ArrayList<>(4);
        SessionState now = before;
        boolean fresh = now.settings().isEmpty() && now.collation() == SessionState.UNKNOWN_COLLATION;
        if (!wanted.continues(now) && !fresh) {
            commands.add(OwnCommand.required(Command.RESET_CONNECTION, ""));
            now = new SessionState(now.schema(), SessionState.UNKNOWN_COLLATION, List.of());
        }
        if (wanted.collation() != now.collation()) {
            commands.add(OwnCommand.attempted(Command.QUERY, setCollation(wanted.collation())));
        }
        String schema = wanted.schema();
        if (schema != null && !schema.equals(now.schema())) {
            commands.add(OwnCommand.required(Command.INIT_DB, schema));
        }
        for (SessionState.Setting setting : wanted.settings()
                .subList(now.settings().size(), wanted.settings().size())) {
            commands.add(OwnCommand.required(Command.QUERY, setting.statement()));
        }
        return commands;
    }

    /** Whether the connection forgets everything by the commands. */
    static boolean startsOver(List<OwnCommand> commands) {
        return !commands.isEmpty() && commands.get(0).command() == Command.RESET_CONNECTION;
    }

    /** Whether texts may be read differently after the commands than before, where the server takes them. */
    static boolean changesReading(SessionState before, List<OwnCommand> commands) {
        if (startsOver(commands)
                && !StatementEnvironment.of(before, 0).settings().isEmpty()) {
            return true;
        }
        for (OwnCommand command : commands) {
            if (command.required()
                    && command.command() == Command.QUERY
                    && StatementEnvironment.changesReading(command.argument())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the server may tell something else of the session after the commands: a reset, a client's own wish. */
    static boolean changesTelling(List<OwnCommand> commands) {
        for (OwnCommand command : commands) {
            if (command.command() == Command.RESET_CONNECTION
                    || command.argument().toLowerCase(Locale.ROOT).contains("session_track")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Has the server tell the positions of writes in its answers. MySQL is asked for those of the session only: all of the
     * server's would come with every answer.
     */
    static OwnCommand tellPositions(String serverVersion) {
        return OwnCommand.attempted(
                Command.QUERY,
                serverVersion.contains("MariaDB")
                        ? "SET session_track_system_variables=CONCAT(@@session_track_system_variables,',last_gtid')"
                        : "SET session_track_gtids=OWN_GTID");
    }

    /**
     * SET takes a collation's id where a name is expected, which spares a table of names; MariaDB does not for its own. A server that does not know the
     * id goes on with its default, as it does when it meets the id in a handshake: the reset has brought it back there.
     */
    private static String setCollation(int id) {
        if (id >= FIRST_OF_MARIADB) {
            return setCollation(select("character_set_name", id), select("full_collation_name", id));
        }
        return setCollation(Integer.toString(id), Integer.toString(id));
    }

    private static String setCollation(String characterSet, String collation) {
        return "SET character_set_client=" + characterSet + ",character_set_results=" + characterSet
                + ",collation_connection=" + collation;
    }

    private static String select(String column, int id) {
        return "(SELECT " + column + " FROM information_schema.collation_character_set_applicability WHERE id=" + id
                + ")";
    }
}
