package com.foobar.deploy.mysql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;

/**
 * A MySQL primary and a replica by GTID, each in a container. All accounts use {@code caching_sha2_password}, the only
 * method that MySQL 9 has, and have the password {@link #PASSWORD}.
 */
final class MySqlPair implements AutoCloseable {
    static final String PASSWORD = "pass-word of 9.7";

    private static final int PORT = 3306;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Network network = Network.newNetwork();
    private final GenericContainer<?> primary = server(1, "primary");
    private final GenericContainer<?> replica = server(2, "replica");

    /** Starts both and returns when the replica has the accounts that were made on the primary. */
    void start() throws SQLException {
        Startables.deepStart(primary, replica).join();
        // What the images' own first steps may have written to the binary logs is of no use to the other.
        execute(primary, "RESET BINARY LOGS AND GTIDS");
        execute(replica, "RESET BINARY LOGS AND GTIDS");
        execute(primary, "CREATE DATABASE IF NOT EXISTS foobar CHARACTER SET utf8mb4");
        account("foobar_app", "ALL ON foobar.*");
        account("foobar_monitor", "REPLICATION CLIENT, PROCESS ON *.*");
        account("foobar_replication", "REPLICATION SLAVE ON *.*");
        execute(
                replica,
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='primary', SOURCE_PORT=" + PORT
                        + ", SOURCE_USER='foobar_replication', SOURCE_PASSWORD='" + PASSWORD
                        + "', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1, SOURCE_CONNECT_RETRY=1");
        execute(replica, "START REPLICA");
        execute(replica, "SET GLOBAL super_read_only=ON");
        Awaitility.await("the replica has the accounts")
                .atMost(LIMIT)
                .until(() -> number(replica, "SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'foobar%'") == 3);
    }

    String primaryAddress() {
        return address(primary);
    }

    String replicaAddress() {
        return address(replica);
    }

    long primaryStatus(String name) throws SQLException {
        return status(primary, name);
    }

    long replicaStatus(String name) throws SQLException {
        return status(replica, name);
    }

    /** Returns when the replica has what the primary has committed by now. @throws SQLException after 60 s without */
    void awaitReplication() throws SQLException {
        try (Connection connection = connect(primary);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT REPLACE(@@global.gtid_executed, '\n', '')")) {
            row.next();
            if (number(replica, "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + row.getString(1) + "', 60)") != 0) {
                throw new SQLException("the replica has not caught up in 60 s");
            }
        }
    }

    @Override
    public void close() {
        replica.stop();
        primary.stop();
        network.close();
    }

    private GenericContainer<?> server(int id, String name) {
        return new GenericContainer<>(DockerAvailable.IMAGE)
                .withNetwork(network)
                .withNetworkAliases(name)
                .withExposedPorts(PORT)
                .withEnv("MYSQL_ROOT_PASSWORD", PASSWORD)
                .withEnv("MYSQL_ROOT_HOST", "%")
                .withCommand(
                        "mysqld",
                        "--server-id=" + id,
                        "--gtid-mode=ON",
                        "--enforce-gtid-consistency=ON",
                        "--mysqlx=OFF",
                        "--innodb-buffer-pool-size=64M",
                        "--performance-schema-max-table-instances=200")
                .waitingFor(Wait.forLogMessage(".*ready for connections.*port: " + PORT + ".*\\s", 1)
                        .withStartupTimeout(LIMIT));
    }

    private void account(String name, String privileges) throws SQLException {
        execute(primary, "CREATE USER " + name + "@'%' IDENTIFIED WITH caching_sha2_password BY '" + PASSWORD + "'");
        execute(primary, "GRANT " + privileges + " TO " + name + "@'%'");
    }

    private static String address(GenericContainer<?> server) {
        return server.getHost() + ":" + server.getMappedPort(PORT);
    }

    /** By SHOW, as the tables of performance_schema leave the Com counters out. */
    private static long status(GenericContainer<?> server, String name) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE '" + name + "'")) {
            if (!row.next()) {
                throw new SQLException("no status variable " + name);
            }
            return row.getLong("Value");
        }
    }

    private static void execute(GenericContainer<?> server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(GenericContainer<?> server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static Connection connect(GenericContainer<?> server) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + address(server) + "/?sslMode=disable&allowPublicKeyRetrieval=true",
                "root",
                PASSWORD);
    }
}
