package com.foobar.deploy.running;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Looks into the databases of a stack, past the routers, as root. */
public final class Databases {
    private final RunningStack stack;

    public Databases(RunningStack stack) {
        this.stack = stack;
    }

    public void execute(String server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row as a number; 0 where there is no row. */
    public long number(String server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The first column of the first row; empty where there is none. */
    public String text(String server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** From now on the replicas apply writes late, db-2 by 1 s and db-3 by 5 s, until {@link #letReplicasCatchUp}. */
    public void delayReplicas() throws SQLException {
        delay("db-2", 1);
        delay("db-3", 5);
    }

    /** Ends what {@link #delayReplicas} began, and returns when both replicas have everything. */
    public void letReplicasCatchUp() throws SQLException {
        delay("db-2", 0);
        delay("db-3", 0);
        awaitReplication();
    }

    /** Whether the replica lacks something that db-1 has committed. */
    public boolean isBehind(String replica) throws SQLException {
        String position = text("db-1", "SELECT @@global.gtid_binlog_pos");
        return !text(replica, "SELECT @@global.gtid_slave_pos").equals(position);
    }

    /** Returns when both replicas have applied what db-1 has committed by now. @throws SQLException after 20 s without */
    public void awaitReplication() throws SQLException {
        String position = text("db-1", "SELECT @@global.gtid_binlog_pos");
        for (String replica : List.of("db-2", "db-3")) {
            if (number(replica, "SELECT MASTER_GTID_WAIT('" + position + "', 20)") != 0) {
                throw new SQLException(replica + " has not reached " + position + " in 20 s");
            }
        }
    }

    private void delay(String replica, int seconds) throws SQLException {
        execute(replica, "STOP SLAVE");
        execute(replica, "CHANGE MASTER TO MASTER_DELAY=" + seconds);
        execute(replica, "START SLAVE");
    }

    private Connection connect(String server) throws SQLException {
        try {
            String password = Files.readString(stack.data().resolve("secrets").resolve("db-root"))
                    .trim();
            return DriverManager.getConnection(
                    "jdbc:mariadb://127.0.0.1:" + stack.ports().traffic(server) + "/?sslMode=disable",
                    "root",
                    password);
        } catch (IOException e) {
            throw new SQLException("no password of root", e);
        }
    }
}
