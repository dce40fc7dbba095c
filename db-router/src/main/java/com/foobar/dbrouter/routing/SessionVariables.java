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

    /** What clients ask of a server as they begin, beside those. */
    private static final Set<String> SAME_ON_EVERY_SERVER = Set.of(
            "auto_increment_increment",
            "character_set_server",
            "collation_server",
            "init_connect",
            "license",
            "lower_case_table_names",
            "max_allowed_packet",
            "performance_schema",
            "query_cache_size",
            "query_cache_type",
            "system_time_zone",
            "version",
            "version_comment");

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

    /**
     * Whether a session reads the same on every one of its servers, which are taken to be set up alike.
     *
     * @param variable what follows the signs, as in {@code @@session.sql_mode}
     */
    static boolean isSameOnEveryServer(String variable) {
        String name = variable.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        String scope = name.substring(0, Math.max(0, dot));
        String of = name.substring(dot + 1);
        return (dot < 0 || scope.equals("session") || scope.equals("local"))
                && (REPLAYABLE.contains(of) || SAME_ON_EVERY_SERVER.contains(of));
    }
}
