package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many clients on few server connections. */
class PoolIT {
    private static final int MOST_PREPARED = 4;
    private static final String CHURN = "SELECT n FROM few WHERE id = ";

    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        router = RouterFixture.start(
                        SharedCluster.get().servers(),
                        "pool: {max-connections: 3, wait-timeout: 5s, max-prepared: " + MOST_PREPARED + "}")
                .ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE few (id INT PRIMARY KEY, n INT)");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void servesManyClientsOfAllEventLoopsOnThreeConnections() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(24);
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            int id = i;
            clients.add(threads.submit(() -> {
                try (Connection connection = router.connect("useServerPrepStmts=true");
                        Statement statement = connection.createStatement();
                        PreparedStatement write = connection.prepareStatement("REPLACE INTO few VALUES (?, ?)");
                        PreparedStatement read =
                                connection.prepareStatement("SELECT n, " + id + " FROM few WHERE id = ?")) {
                    // Some differ in what their connections have to be brought to.
                    if (id % 3 == 0) {
                        statement.execute("SET time_zone = '+0" + (id / 3) + ":00'");
                    }
                    for (int n = 0; n < 20; n++) {
                        write.setInt(1, id);
                        write.setInt(2, n);
                        write.executeUpdate();
                        read.setInt(1, id);
                        try (ResultSet rows = read.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt(1)).isEqualTo(n);
                            assertThat(rows.getInt(2)).isEqualTo(id);
                        }
                    }
                }
                return null;
            }));
        }
        for (Future<?> client : clients) {
            client.get();
        }
        threads.shutdown();
    }

    @Test
    void leavesNothingPreparedOfWhatIsClosed() throws Exception {
        long before = prepared();
        long most = before;
        try (Connection connection = router.connect("useServerPrepStmts=true", "cachePrepStmts=false")) {
            for (int i = 0; i < 10_000; i++) {
                try (PreparedStatement select = connection.prepareStatement(CHURN + i)) {
                    select.executeQuery().close();
                }
                if (i % 1_000 == 0) {
                    most = Math.max(most, prepared());
                }
            }
            assertThat(most).as("at any time").isLessThanOrEqualTo(before + MOST_PREPARED);
            Awaitility.await().untilAsserted(() -> assertThat(prepared()).isEqualTo(before));
        }
    }

    @Test
    void keepsNoMoreThanSomePreparedOnOneConnection() throws Exception {
        long before = prepared();
        List<PreparedStatement> open = new ArrayList<>();
        try (Connection connection = router.connect("useServerPrepStmts=true", "cachePrepStmts=false")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 10 * MOST_PREPARED; i++) {
                PreparedStatement select = connection.prepareStatement(CHURN + i);
                open.add(select);
                select.executeQuery().close();
                select.executeQuery().close();
            }
            // On the connection that the transaction holds; what is closed is on its way.
            Awaitility.await()
                    .untilAsserted(() -> assertThat(prepared() - before).isBetween(1L, (long) MOST_PREPARED));
            for (PreparedStatement select : open) {
                select.close();
            }
        }
        Awaitility.await().untilAsserted(() -> assertThat(prepared()).isEqualTo(before));
    }

    private static long prepared() {
        return SharedCluster.get().servers().stream()
                .mapToLong(server -> server.status("Prepared_stmt_count"))
                .sum();
    }

    @Test
    void saysWhyThereIsNoConnection() throws SQLException {
        List<Connection> holders = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Connection holder = router.connect();
                holders.add(holder);
                holder.setAutoCommit(false);
                try (Statement statement = holder.createStatement()) {
                    statement.execute("SELECT COUNT(*) FROM few");
                }
            }
            assertThatThrownBy(router::connect)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(
                            "Too many connections to db-1: all 3 connections (pool.max-connections) are taken");
        } finally {
            for (Connection holder : holders) {
                holder.close();
            }
        }
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("REPLACE INTO few VALUES (99, 1)"))
                    .isPositive();
        }
    }
}
