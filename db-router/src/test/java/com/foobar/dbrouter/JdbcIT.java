package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MariaDB Connector/J through the router to a primary and two replicas. */
class JdbcIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        for (MariaDbServer server : SharedCluster.get().servers()) {
            server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
        }
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50))");
            statement.execute("CREATE OR REPLACE TABLE big (id INT PRIMARY KEY, body LONGTEXT)");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "useServerPrepStmts=true",
                "useServerPrepStmts=false",
                "useServerPrepStmts=true&disablePipeline=true",
                "useServerPrepStmts=true&cachePrepStmts=false&useBulkStmts=true"
            })
    void runsPreparedStatements(String options) throws SQLException {
        try (Connection connection = router.connect(options);
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE item");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO item (name) VALUES (?)")) {
                for (int i = 0; i < 10; i++) {
                    insert.setString(1, "name " + i);
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
                for (int i = 10; i < 20; i++) {
                    insert.setString(1, i == 15 ? null : "name " + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(10);
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT name FROM item WHERE id = ?")) {
                for (int i = 0; i < 20; i++) {
                    select.setInt(1, i + 1);
                    try (ResultSet rows = select.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getString(1)).isEqualTo(i == 15 ? null : "name " + i);
                    }
                }
            }
        }
    }

    @Test
    void tellsParameterTypesAgainWhereAServerHasNotHeardThem() throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                PreparedStatement select = connection.prepareStatement("SELECT ?, ?, COUNT(*) FROM item")) {
            for (int i = 0; i < 30; i++) {
                select.setInt(1, i);
                select.setString(2, "text " + i);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(i);
                    assertThat(rows.getString(2)).isEqualTo("text " + i);
                }
                if (i % 3 == 0) {
                    // The statement then runs on the primary, which has not prepared it.
                    connection.setAutoCommit(false);
                } else if (i % 3 == 1) {
                    connection.setAutoCommit(true);
                }
            }
        }
    }

    @Test
    void closesOnTheServersWhatNoClientHasPreparedAnyMore() throws SQLException {
        long before = preparedOnServers();
        try (Connection connection = router.connect("useServerPrepStmts=true", "cachePrepStmts=false");
                Connection other = router.connect("useServerPrepStmts=true", "cachePrepStmts=false");
                PreparedStatement kept = other.prepareStatement("SELECT 0, COUNT(*) FROM item WHERE id > ?")) {
            for (int i = 0; i < 50; i++) {
                try (PreparedStatement select =
                        connection.prepareStatement("SELECT " + i + ", COUNT(*) FROM item WHERE id > ?")) {
                    select.setInt(1, i);
                    select.executeQuery().close();
                }
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(preparedOnServers())
                    .as("the statement that the other client has is left, on as many servers as it ran on")
                    .isLessThanOrEqualTo(before + SharedCluster.get().servers().size()));
            kept.setInt(1, 1);
            kept.executeQuery().close();
        }
    }

    private static long preparedOnServers() {
        return SharedCluster.get().servers().stream()
                .mapToLong(server -> server.status("Prepared_stmt_count"))
                .sum();
    }

    @Test
    void rollsBackAndCommits() throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE item");
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO item (name) VALUES ('a')");
            assertThat(number(statement, "SELECT COUNT(*) FROM item")).isEqualTo(1);
            connection.rollback();
            assertThat(number(statement, "SELECT COUNT(*) FROM item")).isZero();
            statement.executeUpdate("INSERT INTO item (name) VALUES ('b')");
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(number(statement, "SELECT COUNT(*) FROM item")).isEqualTo(1);
        }
    }

    @Test
    void readsItsOwnWritesAtOnce() throws SQLException {
        try (Connection writer = router.connect("useServerPrepStmts=true");
                Connection reader = router.connect("useServerPrepStmts=true");
                Statement write = writer.createStatement();
                Statement read = reader.createStatement()) {
            write.execute("REPLACE INTO big VALUES (7, '0')");
            for (int i = 1; i <= 200; i++) {
                write.execute("UPDATE big SET body = '" + i + "' WHERE id = 7");
                assertThat(number(read, "SELECT body FROM big WHERE id = 7")).isEqualTo(i);
            }
        }
    }

    @Test
    void givesGeneratedKeysAndLastInsertId() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE item");
            statement.executeUpdate("INSERT INTO item (name) VALUES ('x')", Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getInt(1)).isEqualTo(1);
            }
            assertThat(number(statement, "SELECT LAST_INSERT_ID()")).isEqualTo(1);
            assertThat(number(statement, "SELECT COUNT(*) FROM item")).isEqualTo(1);
            assertThat(number(statement, "SELECT LAST_INSERT_ID() AS id FROM DUAL"))
                    .isEqualTo(1);
        }
        try (Connection other = router.connect();
                Statement statement = other.createStatement()) {
            assertThat(number(statement, "SELECT LAST_INSERT_ID()")).isZero();
        }
    }

    @Test
    void keepsUserVariablesAndTemporaryTablesAndLeaksNeither() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET @x = 41");
            statement.execute("CREATE TEMPORARY TABLE mine (id INT)");
            statement.execute("INSERT INTO mine VALUES (1), (2)");
            assertThat(number(statement, "SELECT @x + COUNT(*) FROM mine")).isEqualTo(43);
        }
        for (int i = 0; i < 8; i++) {
            try (Connection other = router.connect();
                    Statement statement = other.createStatement()) {
                try (ResultSet rows = statement.executeQuery("SELECT @x")) {
                    rows.next();
                    assertThat(rows.getString(1)).isNull();
                }
                assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM mine"))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void carriesSettingsFromConnectionToConnection() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+05:00'");
            for (int i = 0; i < 10; i++) {
                try (ResultSet rows =
                        statement.executeQuery("SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP()), COUNT(*) FROM item")) {
                    rows.next();
                    assertThat(rows.getString(1)).isEqualTo("05:00:00");
                }
            }
            try (Connection other = router.connect();
                    Statement of = other.createStatement();
                    ResultSet rows = of.executeQuery("SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP()), COUNT(*) FROM item")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("00:00:00");
            }
        }
    }

    @Test
    void bringsAServerConnectionThatIsOpenedForASessionToItsSettings() throws SQLException {
        try (RouterFixture fresh =
                        RouterFixture.start(SharedCluster.get().servers()).ready();
                Connection connection = fresh.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+05:00'");
            try (ResultSet rows = statement.executeQuery(
                    "/* router:replica */ SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP()), COUNT(*) FROM item")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("05:00:00");
            }
        }
    }

    @Test
    void passesOnWarnings() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS no_such_table");
            assertThat((Throwable) statement.getWarnings()).hasMessageContaining("no_such_table");
        }
    }

    @Test
    void passesOnSeveralResults() throws SQLException {
        try (Connection root = SharedCluster.get().primary().connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("USE foobar");
            statement.execute("CREATE OR REPLACE PROCEDURE two(OUT n INT) BEGIN SELECT 1; SELECT 2, 3; SET n = 5; END");
        }
        try (Connection connection = router.connect("allowMultiQueries=true");
                CallableStatement call = connection.prepareCall("CALL two(?)");
                Statement statement = connection.createStatement()) {
            call.registerOutParameter(1, Types.INTEGER);
            assertThat(call.execute()).isTrue();
            assertThat(call.getInt(1)).isEqualTo(5);
            assertThat(statement.execute("SELECT 1; SELECT 2; INSERT INTO item (name) VALUES ('multi')"))
                    .isTrue();
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff_fffe, 0xff_ffff, 0x100_0000, 2 * 0xff_ffff})
    void passesCommandsOf16MegabytesAndMore(int payload) throws SQLException {
        // A command byte, then the text.
        int length = payload - 1 - "SELECT LENGTH('')".length();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "SELECT LENGTH('" + "x".repeat(length) + "')"))
                    .isEqualTo(length);
            assertThat(number(statement, "SELECT 1")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff_ffff - 5, 0xff_ffff - 4, 0xff_ffff - 3, 0x100_0000, 20 << 20})
    void passesRowsOf16MegabytesAndMore(int length) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT REPEAT('x', " + length + ") UNION ALL SELECT 'end'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1).length()).isEqualTo(length);
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("end");
        }
    }

    @Test
    void writesAndReadsALongParameter() throws SQLException {
        String text = "x".repeat(17 << 20);
        try (Connection connection = router.connect("useServerPrepStmts=true");
                PreparedStatement insert = connection.prepareStatement("REPLACE INTO big VALUES (1, ?)");
                PreparedStatement select = connection.prepareStatement("SELECT body FROM big WHERE id = ?")) {
            insert.setString(1, text);
            insert.executeUpdate();
            select.setInt(1, 1);
            try (ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1).length()).isEqualTo(text.length());
            }
        }
    }

    @Test
    void streamsLongData() throws SQLException {
        byte[] body = new byte[1 << 20];
        Arrays.fill(body, (byte) 'y');
        try (Connection connection = router.connect("useServerPrepStmts=true");
                PreparedStatement insert = connection.prepareStatement("REPLACE INTO big VALUES (2, ?)");
                Statement statement = connection.createStatement()) {
            insert.setBinaryStream(1, new ByteArrayInputStream(body));
            insert.executeUpdate();
            assertThat(number(statement, "SELECT LENGTH(body) FROM big WHERE id = 2"))
                    .isEqualTo(1 << 20);
        }
    }

    @Test
    void fetchesByCursor() throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true", "useCursorFetch=true");
                Statement fill = connection.createStatement();
                PreparedStatement select = connection.prepareStatement("SELECT seq FROM seq_1_to_1000")) {
            select.setFetchSize(10);
            int expected = 1;
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(expected++);
                }
            }
            assertThat(expected).isEqualTo(1001);
            assertThat(number(fill, "SELECT 1")).isEqualTo(1);
        }
    }

    @Test
    void loadsALocalFile() throws SQLException {
        try (Connection connection = router.connect("allowLocalInfile=true");
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE item");
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 50_000; i++) {
                lines.append("line ").append(i).append('\n');
            }
            statement
                    .unwrap(org.mariadb.jdbc.Statement.class)
                    .setLocalInfileInputStream(
                            new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
            statement.execute("LOAD DATA LOCAL INFILE 'x.txt' INTO TABLE item (name)");
            assertThat(number(statement, "SELECT COUNT(*) FROM item")).isEqualTo(50_000);
        }
    }

    @Test
    void changesTheDatabase() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            connection.setCatalog("information_schema");
            assertThat(number(statement, "SELECT COUNT(*) FROM schemata WHERE schema_name = 'foobar'"))
                    .isEqualTo(1);
            statement.execute("USE `foobar`");
            assertThat(number(statement, "SELECT COUNT(*) > -1 FROM item")).isEqualTo(1);
            assertThatThrownBy(() -> connection.setCatalog("no_such_database")).isInstanceOf(SQLException.class);
            assertThat(number(statement, "SELECT COUNT(*) > -1 FROM item")).isEqualTo(1);
        }
        assertThatThrownBy(() -> java.sql.DriverManager.getConnection(
                        "jdbc:mariadb://localhost:" + router.port() + "/no_such?user=root&password=foobar"))
                .hasMessageContaining("Unknown database");
    }

    @Test
    void resetsTheConnection() throws SQLException {
        try (Connection connection = router.connect("useResetConnection=true", "useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            statement.execute("SET @y = 1");
            connection.unwrap(org.mariadb.jdbc.Connection.class).reset();
            try (ResultSet rows = statement.executeQuery("SELECT @y")) {
                rows.next();
                assertThat(rows.getString(1)).isNull();
            }
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
