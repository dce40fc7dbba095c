package com.foobar.dbrouter.routing;

import java.util.Locale;
import java.util.Set;

/** Which session variables are tracked, so that setting them does not tie the session to one server connection. */
public final class SessionVariables {

    /** Off, it makes a transaction of all that follows. */
    public static final String AUTOCOMMIT = "autocommit";

    private static final Set<String> REPLAYABLE = Set.of(
            AUTOCOMMIT,
            "names",
            "character set",
            "character_set_client",
            "character_set_connection",
            "character_set_results",
            "collation_connection",
            "time_zone",
            "sql_mode",
            "transaction_isolation",
            "tx_isolation",
            "transaction_read_only",
            "tx_read_only",
            "lc_time_names",
            "net_write_timeout",
            "net_read_timeout",
            "wait_timeout",
            "interactive_timeout",
            "innodb_lock_wait_timeout",
            "lock_wait_timeout",
            "max_execution_time",
            "max_statement_time",
            "group_concat_max_len",
            "foreign_key_checks",
            "unique_checks",
            "sql_safe_updates",
            "sql_select_limit",
            "sql_auto_is_null",
            "sql_notes",
            "sql_big_selects",
            "max_join_size",
            "div_precision_increment",
            "session_track_gtids",
            "session_track_schema",
            "session_track_state_change",
            "session_track_system_variables",
            "session_track_transaction_info");

    private SessionVariables() {}

    /** Whether it is what keeps a session's transactions from writing, by MySQL's name or by MariaDB's. */
    public static boolean isTransactionReadOnly(String name) {
        return name.equalsIgnoreCase("transaction_read_only") || name.equalsIgnoreCase("tx_read_only");
    }

    /** Whether it makes {@code IS NULL} ask for the id that its own connection has generated last, unless it is off. */
    static boolean isAutoIsNull(String name) {
        return name.equalsIgnoreCase("sql_auto_is_null");
    }

    /**
     * Whether a constant assigned to this variable has the same effect on every connection it is repeated on, so that the
     * router can carry it from connection to connection.
     */
    public static boolean isReplayable(String name) {
        return REPLAYABLE.contains(name.toLowerCase(Locale.ROOT));
    }
}
