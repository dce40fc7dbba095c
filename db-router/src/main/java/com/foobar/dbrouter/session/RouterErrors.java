package com.foobar.dbrouter.session;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.NoReplicaException;
import com.foobar.dbrouter.topology.UnusableTokenException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The errors that the router itself answers with. Codes are those that MySQL uses for the same thing, so that clients know
 * what to do; {@code 08S01} and {@code 08004} make drivers and pools drop the connection.
 */
public final class RouterErrors {
    private static final int MALFORMED_GTID_SET = 1772;

    /**
     * ER_CONNECT_TO_FOREIGN_DATA_SOURCE. CR_CONN_HOST_ERROR (2003) is what clients call the same thing among themselves;
     * MariaDB's library takes an answer with a client's number for a malformed packet.
     */
    private static final int CANNOT_CONNECT = 1429;

    private RouterErrors() {}

    /** ER_CON_COUNT_ERROR: no room for another client. */
    public static ErrPacket tooManyClients(int most) {
        return new ErrPacket(
                1040, "08004", "Too many connections: db-router has " + most + " clients (sessions.max-connections)");
    }

    /** ER_ACCESS_DENIED_ERROR, word for word MySQL's. */
    public static ErrPacket accessDenied(String user, String host, boolean usingPassword) {
        return new ErrPacket(
                1045,
                "28000",
                "Access denied for user '" + user + "'@'" + host + "' (using password: "
                        + (usingPassword ? "YES" : "NO") + ")");
    }

    /** ER_SECURE_TRANSPORT_REQUIRED. */
    public static ErrPacket tlsRequired(String who) {
        return new ErrPacket(
                3159,
                "HY000",
                "Connections using insecure transport are prohibited: " + who
                        + " requires TLS (the client's ssl-mode REQUIRED or higher)");
    }

    /** ER_USER_LIMIT_REACHED. */
    static ErrPacket exceeded(String user, String resource, String most) {
        return new ErrPacket(
                1226,
                "42000",
                "User '" + user + "' has exceeded the '" + resource + "' resource (current value: " + most + ")");
    }

    /** ER_OPTION_PREVENTS_STATEMENT, as of a read-only server. */
    static ErrPacket readOnlyUser(String user) {
        return new ErrPacket(
                1290,
                "HY000",
                "db-router is running with the read-only option for user '" + user
                        + "' so it cannot execute this statement");
    }

    /** ER_QUERY_TIMEOUT. */
    static ErrPacket overTime(long mostMillis) {
        return new ErrPacket(
                3024,
                "HY000",
                "Query execution was interrupted, maximum statement execution time exceeded (" + mostMillis
                        + " ms, max-statement-time of the user)");
    }

    /** ER_HANDSHAKE_ERROR: the client relies on what was not offered. */
    public static ErrPacket badHandshake(String detail) {
        return new ErrPacket(1043, "08S01", "Bad handshake: " + detail);
    }

    /** ER_NET_READ_INTERRUPTED, word for word MySQL's. */
    public static ErrPacket loginTimedOut() {
        return new ErrPacket(1159, "08S01", "Got timeout reading communication packets");
    }

    /** ER_UNKNOWN_COM_ERROR. */
    static ErrPacket unknownCommand(int code) {
        return new ErrPacket(1047, "08S01", "Unknown command 0x" + Integer.toHexString(code));
    }

    /** ER_MALFORMED_PACKET. */
    public static ErrPacket malformed(String detail) {
        return new ErrPacket(1835, "HY000", "Malformed communication packet: " + detail);
    }

    /** ER_NET_PACKETS_OUT_OF_ORDER. */
    public static ErrPacket outOfOrder(int sequence, int expected) {
        return new ErrPacket(
                1156,
                "08S01",
                "Got packets out of order: one has sequence id " + sequence + " (expected: " + expected + ")");
    }

    /** ER_UNKNOWN_STMT_HANDLER. */
    static ErrPacket unknownStatement(int id, String command) {
        return new ErrPacket(
                1243,
                "HY000",
                "Unknown prepared statement handler (" + Integer.toUnsignedString(id) + ") given to " + command);
    }

    /** ER_WRONG_ARGUMENTS. */
    static ErrPacket incorrectArguments(String command, @Nullable String detail) {
        return new ErrPacket(1210, "HY000", "Incorrect arguments to " + command + " (" + detail + ")");
    }

    /** ER_STMT_HAS_NO_OPEN_CURSOR. */
    static ErrPacket noCursor(int id) {
        return new ErrPacket(1421, "HY000", "The statement (" + Integer.toUnsignedString(id) + ") has no open cursor.");
    }

    /** ER_MAX_PREPARED_STMT_COUNT_REACHED. */
    static ErrPacket tooManyStatements(int most) {
        return new ErrPacket(
                1461,
                "42000",
                "Can't create more prepared statements: the session has " + most + " (sessions.max-prepared)");
    }

    /** ER_MAX_PREPARED_STMT_COUNT_REACHED. */
    static ErrPacket tooMuchPrepared(long most) {
        return new ErrPacket(
                1461,
                "42000",
                "Can't create more prepared statements: the session's texts would have more than " + most
                        + " bytes together (sessions.max-prepared-text)");
    }

    /** ER_MAX_PREPARED_STMT_COUNT_REACHED. */
    static ErrPacket tooMuchPreparedByAll(MemoryBudget all) {
        return new ErrPacket(
                1461,
                "42000",
                "Can't create more prepared statements: those of all clients take " + all.taken() + " of " + all.most()
                        + " bytes (sessions.total-prepared of db-router)");
    }

    /** ER_OUT_OF_RESOURCES: the client's connection ends with it. */
    static ErrPacket outOfMemory(MemoryBudget all, long wanted) {
        return new ErrPacket(
                1041,
                "HY000",
                "Out of memory: the commands of all clients that are not answered take " + all.taken() + " of "
                        + all.most() + " bytes, and this one " + wanted
                        + " more (sessions.total-input of db-router); nothing was run");
    }

    /** As {@link #outOfMemory}, in the middle of a file. */
    static ErrPacket outOfMemoryInFile(MemoryBudget all, long wanted) {
        return new ErrPacket(
                1041,
                "HY000",
                "Out of memory: the commands and file packets of all clients take " + all.taken() + " of " + all.most()
                        + " bytes, and this file " + wanted
                        + " more (sessions.total-input of db-router); the statement that reads it is ended, shorter packets take less");
    }

    /** ER_LOCK_WAIT_TIMEOUT, upon which applications begin the transaction again. */
    static ErrPacket replicaIsBehind(DatabaseServer replica) {
        return new ErrPacket(
                1205,
                "HY000",
                "The replica of this read-only transaction, " + replica.name()
                        + ", did not get what was written before its first read within read-index.wait-limit, and after a savepoint or a SET it"
                        + " cannot go on elsewhere; try restarting transaction");
    }

    /** ER_NET_READ_INTERRUPTED. */
    static ErrPacket readTimeout(int bytes, Duration limit) {
        return new ErrPacket(
                1159,
                "08S01",
                "Got timeout reading communication packets: " + bytes + " bytes of a command, and nothing more for "
                        + limit.toMillis() + " ms (sessions.read-timeout of db-router)");
    }

    /** ER_NET_PACKET_TOO_LARGE. */
    static ErrPacket tooLong(long most) {
        return new ErrPacket(
                1153, "08S01", "Got a packet bigger than " + most + " bytes (sessions.max-packet of db-router)");
    }

    /** Nothing was run. */
    static ErrPacket noPrimary(String problem, long waitedMillis) {
        return new ErrPacket(
                CANNOT_CONNECT,
                "HY000",
                // What is wrong with each server can be long, and the end of a message is cut off.
                "No primary is reachable, after " + waitedMillis + " ms; nothing was run: " + problem);
    }

    /** What a read's choice of a server fails with. */
    static ErrPacket noServer(Throwable failure, long waitedMillis) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof UnusableTokenException) {
            return new ErrPacket(MALFORMED_GTID_SET, "HY000", message + "; nothing was run");
        }
        return failure instanceof NoReplicaException
                ? new ErrPacket(CANNOT_CONNECT, "HY000", message + "; nothing was run")
                : noPrimary(message, waitedMillis);
    }

    /** ER_MALFORMED_GTID_SET_SPECIFICATION: the token of a hint is no position. */
    static ErrPacket badToken(String token, String expected) {
        return new ErrPacket(
                MALFORMED_GTID_SET,
                "HY000",
                "Malformed GTID set specification '" + token + "' in the token of the hint: " + expected);
    }

    /** ER_WRONG_VALUE_FOR_VAR: a client asks for a consistency that there is not. */
    public static ErrPacket unknownConsistency(@Nullable String value) {
        return new ErrPacket(
                1231,
                "42000",
                "Connection attribute '" + ConsistencyChoice.ATTRIBUTE + "' can't be set to the value of '" + value
                        + "' (expected: eventual, token, session, strict)");
    }

    /** No connection to a server: nothing was run. */
    static ErrPacket noConnection(ServerFailure failure) {
        ErrPacket said = failure.error();
        return switch (failure.kind()) {
            case EXHAUSTED -> new ErrPacket(1040, "08004", "Too many connections to " + failure + "; nothing was run");
            case REFUSED, LOST ->
                said != null
                        ? new ErrPacket(said.code(), said.sqlState(), failure.toString())
                        : new ErrPacket(CANNOT_CONNECT, "HY000", failure + "; nothing was run");
            default -> new ErrPacket(CANNOT_CONNECT, "HY000", "No connection to " + failure + "; nothing was run");
        };
    }

    /** ER_SERVER_SHUTDOWN: a statement that is not known to be a read was on its way. */
    static ErrPacket outcomeUnknown(ServerFailure failure) {
        return new ErrPacket(
                1053,
                "08S01",
                "Lost " + failure
                        + " while the statement ran; it may or may not have taken effect, and was not repeated");
    }

    /** ER_SERVER_SHUTDOWN: what was held on the connection is gone. */
    static ErrPacket stateLost(ServerFailure failure, String held) {
        return new ErrPacket(1053, "08S01", "Lost " + failure + ", and with it " + held + "; connect again");
    }

    /** ER_NEED_REPREPARE: the text would mean something else by now, and what it meant cannot be had on this connection. */
    static ErrPacket needsRepreparing() {
        return new ErrPacket(
                1615,
                "HY000",
                "Prepared statement needs to be re-prepared: the SQL mode, the character set or the database has changed since,"
                        + " and it is not prepared on the server connection that the session is kept on");
    }

    /** A question about an earlier statement whose connection has been used by others since. */
    static ErrPacket lastStatementGone() {
        return new ErrPacket(
                1105,
                "HY000",
                "The outcome of the previous statement, or the sequence's previous value, is no longer known; ask inside a transaction, where db-router keeps"
                        + " the server connection");
    }

    /** ER_NO_SUCH_THREAD. */
    static ErrPacket unknownConnection(long id) {
        return new ErrPacket(1094, "HY000", "Unknown thread id: " + id);
    }

    /** ER_KILL_DENIED_ERROR. */
    static ErrPacket notOwner(int id) {
        return new ErrPacket(1095, "HY000", "You are not owner of thread " + id);
    }

    /** ER_QUERY_INTERRUPTED. */
    static ErrPacket interrupted() {
        return new ErrPacket(1317, "70100", "Query execution was interrupted");
    }

    /** ER_NOT_SUPPORTED_YET: sent on as it is, it would end somebody else's connection. */
    static ErrPacket killNotSupported() {
        return new ErrPacket(
                1235,
                "42000",
                "db-router supports KILL [CONNECTION | QUERY] of a connection id that it has given, as a statement of its"
                        + " own and not prepared");
    }

    /** ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, word for word MySQL's. */
    static ErrPacket inReadOnlyTransaction() {
        return new ErrPacket(1792, "25006", "Cannot execute statement in a READ ONLY transaction.");
    }

    /** ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: its effect would outlive the transaction. */
    static ErrPacket notInTransactionOnReplica() {
        return new ErrPacket(
                1792,
                "25006",
                "Cannot execute statement in a READ ONLY transaction: db-router runs it on a replica, where nothing may be"
                        + " left for the session; begin it by /* router:primary */ START TRANSACTION READ ONLY");
    }

    /** A command that cannot be carried out on the connection that the session holds. */
    static ErrPacket notWhileHeld(String command, String held) {
        return new ErrPacket(
                1235, "42000", "db-router does not support " + command + " while the session holds " + held);
    }
}
