package com.foobar.dbrouter;

import com.foobar.kit.testing.MySqlServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/** A primary and a replica of MySQL 9.7. */
final class MySqlPair implements AutoCloseable {
    /** May end other users' sessions. */
    static final String KILLER = "killer";

    private static MySqlPair shared;

    private final Network network = Network.newNetwork();
    private final GenericContainer<?> primary = server(1);
    private final GenericContainer<?> replica = server(2);

    MySqlPair() {
        Startables.deepStart(primary, replica).join();
        for (GenericContainer<?> server : List.of(primary, replica)) {
            MySqlServers.execute(server, "RESET BINARY LOGS AND GTIDS");
        }
        MySqlServers.execute(
                replica,
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='db-1', SOURCE_USER='root', SOURCE_PASSWORD='"
                        + MySqlServers.ROOT_PASSWORD + "', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1",
                "START REPLICA",
                "SET GLOBAL super_read_only=ON");
        MySqlServers.execute(
                primary,
                "SET GLOBAL local_infile=ON",
                "CREATE USER foobar_monitor@'%' IDENTIFIED BY 'foobar'",
                "GRANT REPLICATION CLIENT, PROCESS ON *.* TO foobar_monitor@'%'",
                "CREATE DATABASE foobar",
                "CREATE USER foobar_app@'%' IDENTIFIED BY 'foobar'",
                "GRANT ALL ON foobar.* TO foobar_app@'%'",
                "CREATE USER killer@'%' IDENTIFIED BY 'foobar'",
                "GRANT CONNECTION_ADMIN ON *.* TO killer@'%'",
                "GRANT SELECT ON foobar.* TO killer@'%'");
    }

    /** One for all tests of a JVM that leave it as they found it. */
    static synchronized MySqlPair shared() {
        if (shared == null) {
            MySqlPair started = new MySqlPair();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            shared = started;
        }
        return shared;
    }

    private GenericContainer<?> server(int id) {
        return MySqlServers.server(id).withNetwork(network).withNetworkAliases("db-" + id);
    }

    @Override
    public void close() {
        primary.stop();
        replica.stop();
        network.close();
    }

    /** Starts a router in front of both. */
    RouterFixture router(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("users: [{name: foobar_app, password: foobar}, {name: killer, password: foobar}]");
        all.add("monitor: {timeout: 20s}");
        all.add("pool: {connect-timeout: 30s}");
        String servers = "servers:\n  - {name: db-1, address: '" + MySqlServers.address(primary)
                + "'}\n  - {name: db-2, address: '" + MySqlServers.address(replica) + "'}\n";
        return RouterFixture.start(servers, all.toArray(String[]::new)).ready();
    }

    GenericContainer<?> primary() {
        return primary;
    }

    GenericContainer<?> replica() {
        return replica;
    }

    /** The first value of the first row of a query that root makes. */
    static String value(GenericContainer<?> server, String sql, int column) {
        try (Connection connection = MySqlServers.connect(server);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(column) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** How many sessions of the server run the statement. */
    static long running(GenericContainer<?> server, String sql) {
        return Long.parseLong(value(
                server,
                "SELECT COUNT(*) FROM performance_schema.processlist WHERE info = '" + sql.replace("'", "''") + "'",
                1));
    }
}
