package com.foobar.dbrouter.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What client and server agree on at the handshake (MySQL manual, "Capabilities Flags"). The names are the manual's
 * without their {@code CLIENT_} prefix.
 */
public final class CapabilityFlags {
    /** Also MariaDB's {@code CLIENT_MYSQL}: with it set, neither side speaks of MariaDB's extended capabilities. */
    public static final int LONG_PASSWORD = 1;

    public static final int FOUND_ROWS = 1 << 1;
    public static final int LONG_FLAG = 1 << 2;
    public static final int CONNECT_WITH_DB = 1 << 3;
    public static final int NO_SCHEMA = 1 << 4;
    public static final int COMPRESS = 1 << 5;
    public static final int ODBC = 1 << 6;
    public static final int LOCAL_FILES = 1 << 7;
    public static final int IGNORE_SPACE = 1 << 8;
    public static final int PROTOCOL_41 = 1 << 9;
    public static final int INTERACTIVE = 1 << 10;
    public static final int SSL = 1 << 11;
    public static final int IGNORE_SIGPIPE = 1 << 12;
    public static final int TRANSACTIONS = 1 << 13;
    public static final int RESERVED = 1 << 14;
    public static final int SECURE_CONNECTION = 1 << 15;
    public static final int MULTI_STATEMENTS = 1 << 16;
    public static final int MULTI_RESULTS = 1 << 17;
    public static final int PS_MULTI_RESULTS = 1 << 18;
    public static final int PLUGIN_AUTH = 1 << 19;
    public static final int CONNECT_ATTRS = 1 << 20;
    public static final int PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
    public static final int CAN_HANDLE_EXPIRED_PASSWORDS = 1 << 22;
    public static final int SESSION_TRACK = 1 << 23;
    public static final int DEPRECATE_EOF = 1 << 24;
    public static final int OPTIONAL_RESULTSET_METADATA = 1 << 25;
    public static final int ZSTD_COMPRESSION_ALGORITHM = 1 << 26;
    public static final int QUERY_ATTRIBUTES = 1 << 27;
    public static final int MULTI_FACTOR_AUTHENTICATION = 1 << 28;

    /**
     * MariaDB's COM_STMT_BULK_EXECUTE, and -1 as the id of the statement prepared last. MariaDB's extended capabilities are
     * the upper half of 64 bits; they travel in bytes that MySQL leaves zero, and only where {@link #LONG_PASSWORD} is not
     * set (MariaDB, "Connecting", capabilities).
     */
    public static final long MARIADB_STMT_BULK_OPERATIONS = 1L << 34;

    /** MariaDB's: columns come with the name of their type and their format, such as {@code json}, {@code uuid}. */
    public static final long MARIADB_EXTENDED_METADATA = 1L << 35;

    /** MariaDB's (11.5): a bulk execution answers with a result set of the ids and counts of its rows. */
    public static final long MARIADB_BULK_UNIT_RESULTS = 1L << 37;

    /** What of MariaDB's extended capabilities clients can be offered, if the servers have it. */
    public static final long MARIADB_EXTENDED =
            MARIADB_STMT_BULK_OPERATIONS | MARIADB_EXTENDED_METADATA | MARIADB_BULK_UNIT_RESULTS;

    /**
     * What changes what a server does, or bytes that are not looked at: whether a statement's rows are counted that were found
     * or changed, whether a file of the client may be asked for, whether a text may hold several statements, whether a
     * procedure may answer with rows, MariaDB's longer columns and bulk answers. Client and server must agree on every one of
     * these.
     */
    public static final long RELAYED =
            MARIADB_EXTENDED | FOUND_ROWS | LOCAL_FILES | MULTI_STATEMENTS | MULTI_RESULTS | PS_MULTI_RESULTS;

    /** What every server is asked for, and answers are converted from for clients that lack it ({@link ClassicAnswer}). */
    public static final long CONVERTED = SESSION_TRACK | DEPRECATE_EOF;

    /** What concerns one connection's handshake only. */
    private static final long HANDSHAKE = LONG_PASSWORD
            | LONG_FLAG
            | CONNECT_WITH_DB
            | ODBC
            | NO_SCHEMA
            | IGNORE_SPACE
            | PROTOCOL_41
            | INTERACTIVE
            | IGNORE_SIGPIPE
            | TRANSACTIONS
            | RESERVED
            | SECURE_CONNECTION
            | PLUGIN_AUTH
            | CONNECT_ATTRS
            | PLUGIN_AUTH_LENENC_CLIENT_DATA;

    /**
     * What the router offers its clients whatever the servers are ({@link #offered}), beside {@link #SSL} where there is a
     * certificate. Left out because it is not handled: compression, query attributes, optional metadata, expired-password
     * mode, multi-factor authentication, and of MariaDB's extended capabilities progress reports and cached metadata.
     */
    public static final long OFFERED = (RELAYED & ~MARIADB_EXTENDED) | CONVERTED | HANDSHAKE;

    /** Its oldest supported versions have bulk operations and extended metadata; the third came later. */
    private static final int MARIADB_10_6 = 1006;

    private static final int MARIADB_11_5 = 1105;

    private static final Pattern MARIADB_VERSION = Pattern.compile("(\\d{1,3})\\.(\\d{1,2})\\.\\d{1,3}-MariaDB");

    /** What changes every byte that follows: who sets it relies on it. */
    public static final int COMPRESSION = COMPRESS | ZSTD_COMPRESSION_ALGORITHM;

    private CapabilityFlags() {}

    /**
     * @param serverVersion as a server greets with
     * @return what clients are offered in front of servers of that version
     */
    public static long offered(String serverVersion) {
        Matcher mariaDb = MARIADB_VERSION.matcher(serverVersion);
        if (!mariaDb.find()) {
            return OFFERED;
        }
        int version = 100 * Integer.parseInt(mariaDb.group(1)) + Integer.parseInt(mariaDb.group(2));
        if (version < MARIADB_10_6) {
            return OFFERED;
        }
        return (OFFERED & ~LONG_PASSWORD)
                | (version < MARIADB_11_5 ? MARIADB_EXTENDED & ~MARIADB_BULK_UNIT_RESULTS : MARIADB_EXTENDED);
    }

    /** @return whether every bit of {@code flag} is set in {@code capabilities} */
    public static boolean has(long capabilities, long flag) {
        return (capabilities & flag) == flag;
    }
}
