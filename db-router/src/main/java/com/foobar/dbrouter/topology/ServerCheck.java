package com.foobar.dbrouter.topology;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server what it is. Statements are of MariaDB 10.5 or MySQL 8.4 and newer, and need REPLICATION CLIENT, in
 * MariaDB BINLOG MONITOR and SLAVE MONITOR.
 */
final class ServerCheck {

    private static final String MARIADB_STATE =
            "SELECT @@version, @@global.server_id, @@global.read_only, @@global.gtid_binlog_pos, @@global.gtid_slave_pos";
    private static final String MYSQL_STATE =
            "SELECT @@version, @@global.server_id, @@global.read_only, @@global.gtid_executed, @@global.gtid_executed";

    private ServerCheck() {}

    /** What the server says; fails where it cannot be asked or its answer makes no sense. */
    static Future<ServerState> run(DatabaseServer server, ControlConnection connection, @Nullable Flavour known) {
        return (known == null ? connection.value("SELECT @@version").map(Flavour::of) : Future.succeededFuture(known))
                .compose(flavour -> connection
                        .query(flavour == Flavour.MARIADB ? MARIADB_STATE : MYSQL_STATE)
                        .compose(state -> connection
                                .query(flavour == Flavour.MARIADB ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS")
                                .map(replication ->
                                        read(server, flavour, state.iterator().next(), replication))));
    }

    private static ServerState read(DatabaseServer server, Flavour flavour, Row state, RowSet<Row> replication) {
        String version = text(state, 0);
        long serverId = Long.parseLong(text(state, 1));
        boolean readOnly = !text(state, 2).equals("0");
        if (replication.size() == 0) {
            return new ServerState(
                    server,
                    readOnly ? ServerRole.UNKNOWN : ServerRole.PRIMARY,
                    true,
                    flavour,
                    version,
                    serverId,
                    0,
                    flavour.parse(text(state, 3)),
                    false,
                    null,
                    readOnly ? "is read-only and replicates from nobody" : "accepts writes");
        }
        Position applied = flavour.parse(text(state, 4));
        long sourceId = 0;
        boolean applying = true;
        Duration lag = Duration.ZERO;
        StringBuilder detail = new StringBuilder(readOnly ? "" : "accepts writes although it replicates; ");
        for (Row channel : replication) {
            Channel status = flavour == Flavour.MARIADB
                    ? Channel.read(channel, "Master", "Slave", "Connection_name")
                    : Channel.read(channel, "Source", "Replica", "Channel_Name");
            sourceId = status.sourceId();
            applying &= status.applying();
            lag = lag == null || status.lag() == null ? null : max(lag, status.lag());
            detail.append(status.detail());
        }
        return new ServerState(
                server,
                ServerRole.REPLICA,
                true,
                flavour,
                version,
                serverId,
                sourceId,
                applied,
                applying,
                lag,
                detail.toString());
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static String text(Row row, int column) {
        return String.valueOf(row.getValue(column));
    }

    /** One replication connection of a replica. */
    private record Channel(
            long sourceId, boolean applying, @Nullable Duration lag, String detail) {

        static Channel read(Row row, String source, String replica, String name) {
            boolean applying = value(row, replica + "_SQL_Running").equals("Yes");
            String receiving = value(row, replica + "_IO_Running").toLowerCase(Locale.ROOT);
            Object behind = row.getValue("Seconds_Behind_" + source);
            String channel = value(row, name);
            StringBuilder detail = new StringBuilder(channel.isEmpty() ? "" : channel + ": ");
            detail.append("follows ")
                    .append(value(row, source + "_Host"))
                    .append(':')
                    .append(value(row, source + "_Port"));
            if (!receiving.equals("yes")) {
                detail.append(", receiver ").append(receiving).append(because(value(row, "Last_IO_Error")));
            }
            if (!applying) {
                detail.append(", applier stopped").append(because(value(row, "Last_SQL_Error")));
            }
            return new Channel(
                    Long.parseLong(value(row, source + "_Server_Id")),
                    applying,
                    behind == null ? null : Duration.ofSeconds(((Number) behind).longValue()),
                    detail.toString());
        }

        private static String value(Row row, String column) {
            Object value = row.getValue(column);
            return value == null ? "" : value.toString();
        }

        private static String because(String error) {
            return error.isEmpty() ? "" : " (" + error + ")";
        }
    }
}
