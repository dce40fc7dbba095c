package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import com.mysql.cj.jdbc.JdbcStatement;
import com.mysql.cj.jdbc.exceptions.MySQLStatementCancelledException;
import com.mysql.cj.jdbc.exceptions.MySQLTimeoutException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MySQL Connector/J through the router to a primary and two replicas. */
class MySqlConnectorJIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE thing (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50))");
            statement.execute("CREATE OR REPLACE PROCEDURE doubled(IN n INT, OUT twice INT)"
                    + " BEGIN SELECT n AS given; SET twice = 2 * n; END");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    private static Connection connect(String options) throws SQLException {
        return DriverManager.getConnection("jdbc:mysql://localhost:" + router.port() + "/" + MariaDbServer.DATABASE
                + "?user=" + RouterFixture.USER + "&password=" + MariaDbServer.PASSWORD
                + "&sslMode=DISABLED&allowPublicKeyRetrieval=true&" + options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "useServerPrepStmts=true",
                "useServerPrepStmts=true&cachePrepStmts=true",
                "useServerPrepStmts=true&rewriteBatchedStatements=true",
                "rewriteBatchedStatements=true",
                "useCursorFetch=true&defaultFetchSize=10",
            })
    void writesAndReads(String options) throws SQLException {
        try (Connection connection = connect(options);
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE thing");
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO thing (name) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
                for (int i = 1; i <= 300; i++) {
                    insert.setString(1, i % 10 == 0 ? null : "name " + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(300);
                int keys = 0;
                for (ResultSet key = insert.getGeneratedKeys(); key.next(); ) {
                    assertThat(key.getInt(1)).isEqualTo(++keys);
                }
                assertThat(keys).isEqualTo(300);
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT id, name FROM thing WHERE id > ?")) {
                for (int after : new int[] {0, 100, 299, 300}) {
                    select.setInt(1, after);
                    int id = after;
                    try (ResultSet rows = select.executeQuery()) {
                        while (rows.next()) {
                            assertThat(rows.getInt(1)).isEqualTo(++id);
                            assertThat(rows.getString(2)).isEqualTo(id % 10 == 0 ? null : "name " + id);
                        }
                    }
                    assertThat(id).isEqualTo(300);
                }
            }
        }
    }

    @Test
    void readsByCursorAndWritesMeanwhile() throws SQLException {
        try (Connection connection = connect("useCursorFetch=true");
                Statement writer = connection.createStatement();
                PreparedStatement select = connection.prepareStatement("SELECT seq FROM seq_1_to_1000 WHERE seq > ?")) {
            writer.execute("TRUNCATE thing");
            select.setFetchSize(100);
            select.setInt(1, 0);
            int read = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(++read);
                    if (read % 100 == 50) {
                        writer.executeUpdate("INSERT INTO thing (name) VALUES ('at " + read + "')");
                    }
                }
            }
            assertThat(read).isEqualTo(1000);
            try (ResultSet count = writer.executeQuery("SELECT COUNT(*) FROM thing")) {
                assertThat(count.next()).isTrue();
                assertThat(count.getInt(1)).isEqualTo(10);
            }
        }
    }

    @Test
    void runsSeveralStatementsAtOnce() throws SQLException {
        try (Connection connection = connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE thing; INSERT INTO thing (name) VALUES ('a'), ('b'); SELECT name FROM thing");
            assertThat(statement.getUpdateCount()).isZero();
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(2);
            assertThat(statement.getMoreResults()).isTrue();
            try (ResultSet rows = statement.getResultSet()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("a");
            }
        }
    }

    @Test
    void loadsALocalFile() throws SQLException {
        // Longer than what is kept on the way, so that the client has to wait for the server.
        String line = "\t" + "x".repeat(4000) + "\n";
        String file = IntStream.rangeClosed(1, 2000).mapToObj(i -> i + line).collect(Collectors.joining());
        try (Connection connection = connect("allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE thing");
            statement
                    .unwrap(JdbcStatement.class)
                    .setLocalInfileInputStream(new ByteArrayInputStream(file.getBytes(StandardCharsets.US_ASCII)));
            assertThat(statement.executeUpdate("LOAD DATA LOCAL INFILE 'the stream' INTO TABLE thing (id, @name)"
                            + " SET name = CONCAT('name ', LENGTH(@name))"))
                    .isEqualTo(2000);
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*), MIN(name), MAX(name) FROM thing")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(2000);
                assertThat(rows.getString(2)).isEqualTo("name 4000");
                assertThat(rows.getString(3)).isEqualTo("name 4000");
            }
        }
    }

    @Test
    void streamsALongResult() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(Integer.MIN_VALUE);
            long sum = 0;
            try (ResultSet rows = statement.executeQuery("SELECT seq, REPEAT('x', 500) FROM seq_1_to_50000")) {
                while (rows.next()) {
                    sum += rows.getLong(1);
                    assertThat(rows.getString(2)).hasSize(500);
                }
            }
            assertThat(sum).isEqualTo(50_000L * 50_001 / 2);
        }
    }

    @Test
    void callsAProcedureWithAnOutParameter() throws SQLException {
        try (Connection connection = connect("");
                CallableStatement call = connection.prepareCall("{CALL doubled(?, ?)}")) {
            call.setInt(1, 21);
            call.registerOutParameter(2, Types.INTEGER);
            assertThat(call.execute()).isTrue();
            try (ResultSet rows = call.getResultSet()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt("given")).isEqualTo(21);
            }
            assertThat(call.getInt(2)).isEqualTo(42);
        }
    }

    @Test
    void cancelsAStatementAndGoesOn() throws Exception {
        try (Connection connection = connect("");
                Connection watcher = connect("");
                Statement sleeping = connection.createStatement();
                Statement watching = watcher.createStatement()) {
            CompletableFuture<ResultSet> slept = CompletableFuture.supplyAsync(() -> {
                try {
                    return sleeping.executeQuery("SELECT SLEEP(120) /* to be cancelled */");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Awaitility.await()
                    .until(() -> SharedCluster.get().servers().stream().anyMatch(server -> !server.rows(
                                    "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(120)%'")
                            .isEmpty()));
            sleeping.cancel();
            assertThatThrownBy(() -> slept.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .isInstanceOf(MySQLStatementCancelledException.class);
            assertOne(sleeping);
            assertOne(watching);
        }
    }

    @Test
    void endsAStatementAtItsTimeout() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery("SELECT SLEEP(120)"))
                    .isInstanceOf(MySQLTimeoutException.class);
            assertOne(statement);
        }
    }

    private static void assertOne(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT 1")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }
}
