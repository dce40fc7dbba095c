package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.DatabaseServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.message.client.ResetPacket;

/**
 * Several clients in turn run random statements, each through the router and then directly on the primary: every answer is
 * the same. Through the router they share few server connections, so that what one leaves would be another's answer. The only
 * other answer there may be is 1105, "no longer known", to a question for an outcome whose connection others have used.
 */
@OnBothDatabases
class DifferentialIT {
    private static final int CLIENTS = 6;
    private static final int STEPS = 400;
    private static final int CONNECTIONS = 3;

    /** What keeps a server connection until the client resets its own, or ends its transaction. */
    private static final int MOST_HOLDING = 2;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        router = RouterFixture.startSharing(
                        TestedCluster.get().servers(),
                        "pool: {max-connections: " + CONNECTIONS + ", wait-timeout: 30s}",
                        "sessions: {linger: 50ms}",
                        "read-index: {wait-limit: 5s}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void answersAsThePrimaryDoes(long seed) throws SQLException {
        Random random = new Random(seed);
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(i, random));
            }
            List<String> history = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                Client client = clients.get(random.nextInt(CLIENTS));
                boolean mayHold = clients.stream().filter(one -> one.holding).count() < MOST_HOLDING;
                String statement = client.next(mayHold || client.holding);
                boolean prepared = random.nextInt(3) == 0 && !statement.contains(";");
                history.add(client.name + (prepared ? " prepared: " : ": ") + statement);
                String answer = client.routed.run(statement, prepared);
                history.set(history.size() - 1, history.get(history.size() - 1) + " => " + answer);
                if (answer.startsWith("1105 ")) {
                    assertThat(statement)
                            .as("%s", recent(history))
                            .containsAnyOf("ROW_COUNT()", "FOUND_ROWS()", "WARNINGS", "warning_count");
                } else {
                    assertThat(answer)
                            .as("seed %d: %s", seed, recent(history))
                            .isEqualTo(client.direct.run(statement, prepared).replace("direct_", "routed_"));
                }
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private static String recent(List<String> history) {
        return String.join("\n", history.subList(Math.max(0, history.size() - 40), history.size()));
    }

    /** One of the clients, with its session through the router and its session on the primary. */
    private static final class Client implements AutoCloseable {
        static final List<String> ASKING = List.of(
                "SELECT LAST_INSERT_ID()",
                "SELECT @@last_insert_id + 0",
                "SELECT ROW_COUNT()",
                "SELECT FOUND_ROWS()",
                "SELECT LAST_INSERT_ID(), ROW_COUNT()",
                "SHOW WARNINGS",
                "SHOW COUNT(*) WARNINGS",
                "SELECT @@warning_count",
                "INSERT INTO T (v) VALUES (LAST_INSERT_ID())",
                "INSERT INTO T (v) SELECT ROW_COUNT()",
                "INSERT INTO T_errors (v) VALUES (LAST_INSERT_ID())",
                "UPDATE T SET v = LAST_INSERT_ID() WHERE id % 3 = 0");

        private static final List<String> CHANGING = List.of(
                "INSERT INTO T (v) VALUES (7)",
                "INSERT INTO T (v) VALUES (7), (8), (9)",
                "INSERT INTO T (id, v) VALUES (N, 1)",
                "INSERT INTO T (id, v) VALUES (N, 1), (NULL, 2)",
                TestedCluster.isMySql() ? "REPLACE INTO T (v) VALUES (3)" : "INSERT INTO T (v) VALUES (3) RETURNING id",
                "INSERT INTO T (id, v) SELECT MAX(id), 1 FROM T",
                "INSERT IGNORE INTO T (id, v) SELECT MAX(id), 1 FROM T",
                "INSERT INTO T (v) SELECT v FROM T ORDER BY id LIMIT 2",
                "INSERT INTO T (id, v) SELECT MAX(id), 1 FROM T ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), v = v + 1",
                "REPLACE INTO T (id, v) SELECT MAX(id), 5 FROM T",
                "INSERT INTO T_plain VALUES (N)",
                "UPDATE T SET v = v + 1 WHERE id % 2 = 0",
                "UPDATE T SET v = v WHERE id % 2 = 0",
                "UPDATE T SET v = LAST_INSERT_ID(v + 1) ORDER BY id LIMIT 1",
                "UPDATE T SET v = 'x7'",
                "DELETE FROM T WHERE id % 5 = 0",
                "DELETE FROM T_plain",
                "DO LAST_INSERT_ID(N)",
                "SELECT LAST_INSERT_ID(N)",
                "INSERT INTO T (v) VALUES (T_gives())",
                "SELECT T_gives()",
                "INSERT INTO T (v) VALUES (4); SELECT id, v FROM T WHERE ROW_COUNT() = 1 AND id = LAST_INSERT_ID()",
                "INSERT INTO T (id, v) VALUES (N, 4); SELECT LAST_INSERT_ID(), ROW_COUNT()");

        private static final List<String> READING = List.of(
                "SELECT id, v FROM T ORDER BY id LIMIT 3",
                "SELECT v FROM T WHERE id = 0",
                "SELECT COUNT(*), SUM(v) FROM T",
                "SELECT CAST('x' AS SIGNED) + v FROM T ORDER BY id LIMIT 2",
                "/* router:primary */ SELECT id FROM T ORDER BY id LIMIT 4",
                "SELECT id FROM T_missing",
                "SELEKT 1",
                "SET time_zone = '+0N:00'",
                "SET SESSION sql_select_limit = 2",
                "SET SESSION sql_select_limit = DEFAULT",
                "PREPARE ONLY");

        private static final List<String> HOLDING = List.of(
                "BEGIN",
                "/* router:primary */ START TRANSACTION READ ONLY",
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
                "CALL T_creates()",
                "CALL T_creates_and_shows()",
                "SET @n = FOUND_ROWS()",
                "SET last_insert_id = N",
                "SELECT SQL_CALC_FOUND_ROWS id FROM T ORDER BY id LIMIT 1",
                "SELECT @n := COUNT(*) FROM T");

        private static final List<String> ENDING = List.of("COMMIT", "ROLLBACK", "RESET");

        final String name;
        final Session routed;
        final Session direct;
        private final Random random;
        private int number;
        boolean holding;

        Client(int index, Random random) throws SQLException {
            this.name = "client " + index;
            this.random = random;
            this.number = 100_000 * (index + 1);
            DatabaseServer primary = TestedCluster.get().primary();
            this.routed = new Session(router.port(), "routed_" + index, index);
            this.direct = new Session(primary.port(), "direct_" + index, index);
        }

        String next(boolean mayHold) {
            if (holding && random.nextInt(6) == 0) {
                String end = any(ENDING);
                holding = !end.equals("RESET");
                return end;
            }
            String statement =
                    switch (random.nextInt(10)) {
                        case 0, 1, 2, 3 -> any(ASKING);
                        case 4, 5, 6 -> any(CHANGING);
                        case 7, 8 -> any(READING);
                        default -> mayHold ? any(HOLDING) : "SELECT FOUND_ROWS()";
                    };
            holding |= HOLDING.contains(statement);
            return statement.contains("+0N")
                    ? statement.replace("N", String.valueOf(random.nextInt(8)))
                    : statement.replaceAll("\\bN\\b", String.valueOf(++number));
        }

        private String any(List<String> statements) {
            return statements.get(random.nextInt(statements.size()));
        }

        @Override
        public void close() throws SQLException {
            routed.connection.close();
            direct.connection.close();
        }
    }

    /** A connection with tables of its own. */
    private static final class Session {
        private final Connection connection;
        private final String tables;

        Session(int port, String tables, int index) throws SQLException {
            this.tables = tables;
            TestedCluster.get()
                    .primary()
                    .execute(
                            in("DROP TABLE IF EXISTS foobar.T, foobar.T_errors, foobar.T_plain"),
                            in("DROP PROCEDURE IF EXISTS foobar.T_creates"),
                            in("DROP PROCEDURE IF EXISTS foobar.T_creates_and_shows"),
                            in("DROP FUNCTION IF EXISTS foobar.T_gives"),
                            in("CREATE TABLE foobar.T (id INT AUTO_INCREMENT PRIMARY KEY, v INT) AUTO_INCREMENT=")
                                    + 1000 * (index + 1),
                            in("CREATE TABLE foobar.T_errors (id INT PRIMARY KEY AUTO_INCREMENT, v INT)"
                                            + " AUTO_INCREMENT=")
                                    + 2000 * (index + 7),
                            in("CREATE TABLE foobar.T_plain (n INT)"),
                            in("INSERT INTO foobar.T (v) VALUES (1), (2), (3)"),
                            in("CREATE PROCEDURE foobar.T_creates() INSERT INTO T (v) VALUES (11)"),
                            in("CREATE PROCEDURE foobar.T_creates_and_shows()"
                                    + " BEGIN INSERT INTO T (v) VALUES (12); SELECT v FROM T ORDER BY id LIMIT 2; END"),
                            in(
                                    "CREATE FUNCTION foobar.T_gives() RETURNS INT DETERMINISTIC MODIFIES SQL DATA"
                                            + " BEGIN SET @left_by_function = 5; INSERT INTO T_errors (v) VALUES (13); RETURN 6; END"));
            connection = DriverManager.getConnection("jdbc:mariadb://localhost:" + port
                    + "/foobar?user=foobar_app&password=foobar&useServerPrepStmts=true&allowMultiQueries=true"
                    + "&sslMode=disable&allowPublicKeyRetrieval=true&prepStmtCacheSize=0");
        }

        private String in(String statement) {
            return statement.replaceAll("\\bT(?=\\b|_)", tables);
        }

        /** All that the server says, as text. */
        String run(String statement, boolean prepared) throws SQLException {
            StringBuilder said = new StringBuilder();
            try {
                if (statement.equals("RESET")) {
                    // The driver's own reset() does not send it to MySQL.
                    connection
                            .unwrap(org.mariadb.jdbc.Connection.class)
                            .getClient()
                            .execute(ResetPacket.INSTANCE, true);
                } else if (statement.equals("PREPARE ONLY")) {
                    connection
                            .prepareStatement(in("SELECT id FROM T WHERE id = ?"))
                            .close();
                } else if (prepared) {
                    try (PreparedStatement run = connection.prepareStatement(in(statement))) {
                        collect(run, run.execute(), said);
                    }
                } else {
                    try (Statement run = connection.createStatement()) {
                        collect(run, run.execute(in(statement)), said);
                    }
                }
            } catch (SQLException e) {
                said.append(e.getErrorCode()).append(" ").append(e.getSQLState());
            }
            return said.toString();
        }

        private static void collect(Statement run, boolean rowsFirst, StringBuilder said) throws SQLException {
            boolean rows = rowsFirst;
            while (rows || run.getUpdateCount() >= 0) {
                if (rows) {
                    try (ResultSet set = run.getResultSet()) {
                        said.append("rows:");
                        while (set.next()) {
                            for (int i = 1; i <= set.getMetaData().getColumnCount(); i++) {
                                said.append(' ').append(set.getString(i));
                            }
                            said.append(';');
                        }
                    }
                } else {
                    said.append(" changed: ").append(run.getUpdateCount()).append(';');
                }
                rows = run.getMoreResults();
            }
        }
    }
}
