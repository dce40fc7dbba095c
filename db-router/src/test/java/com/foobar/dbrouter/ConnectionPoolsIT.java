package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HikariCP on both makers' drivers. */
class ConnectionPoolsIT {
    private static final String MARIADB = "jdbc:mariadb://localhost:%d/foobar?useServerPrepStmts=true";
    private static final String MYSQL =
            "jdbc:mysql://localhost:%d/foobar?useServerPrepStmts=true&cachePrepStmts=true&sslMode=DISABLED"
                    + "&allowPublicKeyRetrieval=true";

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url.formatted(router.port()));
        config.setUsername(RouterFixture.USER);
        config.setPassword(MariaDbServer.PASSWORD);
        config.setCatalog(MariaDbServer.DATABASE);
        config.setMaximumPoolSize(8);
        config.setConnectionTimeout(60_000);
        return new HikariDataSource(config);
    }

    @ParameterizedTest
    @ValueSource(strings = {MARIADB, MYSQL})
    void movesMoneyInManyTransactionsAndLosesNone(String url) throws Exception {
        try (HikariDataSource pool = pool(url)) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE OR REPLACE TABLE account (id INT PRIMARY KEY, amount INT NOT NULL)");
                statement.execute("INSERT INTO account SELECT seq, 1000 FROM seq_1_to_8");
            }
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> done = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    int seed = thread;
                    done.add(threads.submit(() -> {
                        for (int i = 0; i < 25; i++) {
                            move(pool, (seed + i) % 8 + 1, (seed + 3 * i + 1) % 8 + 1, i % 5 == 4);
                        }
                        return null;
                    }));
                }
                for (Future<?> one : done) {
                    one.get(120, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** Locks the accounts in their order, so that there are no deadlocks; the sum is always the same. */
    private static void move(HikariDataSource pool, int from, int to, boolean changesItsMind) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement lock = connection.prepareStatement(
                            "SELECT amount FROM account WHERE id IN (?, ?) ORDER BY id FOR UPDATE");
                    PreparedStatement change =
                            connection.prepareStatement("UPDATE account SET amount = amount + ? WHERE id = ?")) {
                lock.setInt(1, from);
                lock.setInt(2, to);
                lock.executeQuery().close();
                change(change, -7, from);
                change(change, 7, to);
                assertSum(connection);
            }
            if (changesItsMind) {
                connection.rollback();
            } else {
                connection.commit();
            }
            connection.setAutoCommit(true);
            assertSum(connection);
        }
    }

    private static void change(PreparedStatement statement, int by, int id) throws SQLException {
        statement.setInt(1, by);
        statement.setInt(2, id);
        assertThat(statement.executeUpdate()).isEqualTo(1);
    }

    private static void assertSum(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT SUM(amount) FROM account")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(8000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MARIADB, MYSQL})
    void leavesNothingOfOneBorrowerToTheNext(String url) throws SQLException {
        try (HikariDataSource pool = pool(url)) {
            for (int round = 0; round < 10; round++) {
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
                    assertThat(connection.isReadOnly()).isFalse();
                    assertThat(connection.getCatalog()).isEqualTo(MariaDbServer.DATABASE);
                    statement.execute("CREATE OR REPLACE TABLE borrowed (id INT PRIMARY KEY)");
                    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                    connection.setCatalog("information_schema");
                    connection.setReadOnly(true);
                    connection.setAutoCommit(false);
                    assertThatThrownBy(() -> statement.execute("INSERT INTO foobar.borrowed VALUES (1)"))
                            .isInstanceOf(SQLException.class);
                }
            }
        }
    }
}
