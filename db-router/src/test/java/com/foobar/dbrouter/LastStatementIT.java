package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.DatabaseServer;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements leave in server connections: their own client finds it, nobody else does. */
@OnBothDatabases
class LastStatementIT {
    private static final int NO_LONGER_KNOWN = 1105;

    private static final String NOT_KNOWN = "not known";

    /** MySQL warns of CLIENT_NO_SCHEMA in every answer. */
    private static final long WARNED_OF_NOTHING = CapabilityFlags.OFFERED & ~CapabilityFlags.NO_SCHEMA;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        TestedCluster.get()
                .primary()
                .execute(
                        "DROP TABLE IF EXISTS foobar.asked",
                        "CREATE TABLE foobar.asked (id INT PRIMARY KEY AUTO_INCREMENT, n INT)",
                        "DROP TABLE IF EXISTS foobar.asked_errors",
                        "CREATE TABLE foobar.asked_errors (n INT)",
                        "DROP FUNCTION IF EXISTS foobar.leaves_much",
                        "CREATE FUNCTION foobar.leaves_much() RETURNS INT DETERMINISTIC READS SQL DATA"
                                + " BEGIN SET @left = 5; RETURN GET_LOCK('left', 0); END");
        if (!TestedCluster.isMySql()) {
            TestedCluster.get().primary().execute("CREATE OR REPLACE SEQUENCE foobar.asked_values");
        }
        TestedCluster.get().awaitReplication();
        router = RouterFixture.startSharing(
                        TestedCluster.get().servers(),
                        "consistency: eventual",
                        "pool: {max-connections: 2, wait-timeout: 30s}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @BeforeEach
    void empty() {
        TestedCluster.get()
                .primary()
                .execute(
                        "TRUNCATE foobar.asked",
                        "INSERT INTO foobar.asked (n) VALUES (1), (2), (3)",
                        "TRUNCATE foobar.asked_errors");
        TestedCluster.get().awaitReplication();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO asked_errors VALUES (FOUND_ROWS())",
                "SET @n = FOUND_ROWS()",
                "DO FOUND_ROWS()",
                "SELECT FOUND_ROWS(), n FROM asked",
                "SELECT FOUND_ROWS() INTO @n",
                "GET DIAGNOSTICS @n = ROW_COUNT",
            })
    void asksAReplicaForNothingThatItMayNotRun(String asking) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "SELECT COUNT(*) FROM asked")).isEqualTo(3);
            assertThatThrownBy(() -> statement.execute(asking))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(NO_LONGER_KNOWN));
            statement.execute("INSERT INTO asked (n) VALUES (4)");
            assertThat(number(statement, "SELECT LAST_INSERT_ID()")).isEqualTo(4);
        }
    }

    @Test
    void showsItsOwnInsertIdAmongTheVariables() throws SQLException {
        for (int i = 0; i < 4; i++) {
            try (Connection connection = router.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO asked (n) VALUES (4)");
                assertThat(insertIdShown(statement)).isEqualTo(4 + i);
            }
        }
        for (int i = 0; i < 4; i++) {
            try (Connection connection = router.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(insertIdShown(statement)).isZero();
            }
        }
    }

    private static long insertIdShown(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SHOW SESSION VARIABLES LIKE 'last_insert_id'")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(2);
        }
    }

    /** An id that is lost is no 0, until another one is given. */
    @Test
    void saysThatAnInsertIdWentWithItsConnection() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO asked (n) VALUES (4)");
            endConnectionsOfClients();
            statement.execute("DO 0");
            statement.execute("INSERT INTO asked (id, n) VALUES (50, 4)");
            assertThatThrownBy(() -> number(statement, "SELECT LAST_INSERT_ID()"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(NO_LONGER_KNOWN));
            statement.execute("INSERT INTO asked (n) VALUES (5)");
            assertThat(number(statement, "SELECT LAST_INSERT_ID()")).isEqualTo(51);
            statement.execute("BEGIN");
            assertThat(number(statement, "SELECT LAST_INSERT_ID()")).isEqualTo(51);
        }
    }

    private static void endConnectionsOfClients() {
        DatabaseServer primary = TestedCluster.get().primary();
        String theirs = " FROM information_schema.processlist WHERE user = 'foobar_app'";
        String ids = primary.value("SELECT GROUP_CONCAT(id)" + theirs);
        for (String id : ids.split(",")) {
            primary.execute("KILL CONNECTION " + id);
        }
        Awaitility.await().until(() -> primary.value("SELECT COUNT(*)" + theirs).equals("0"));
    }

    @Test
    void writesBesideTheWarningsOfARead() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO asked (n) VALUES (4)");
            statement.execute("SELECT CAST('x' AS SIGNED) FROM asked");
            statement.execute("INSERT INTO asked_errors VALUES (LAST_INSERT_ID())");
            assertThat(number(statement, "/* router:primary */ SELECT n FROM asked_errors"))
                    .isEqualTo(4);
            statement.execute("SELECT CAST('x' AS SIGNED) FROM asked LIMIT 1");
            assertThat(number(statement, "SELECT @@warning_count")).isEqualTo(1);
        }
    }

    @Test
    void findsARowCountAfterAPreparation() throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE asked SET n = n + 1");
            connection.prepareStatement("SELECT n FROM asked WHERE id = ?").close();
            assertThat(number(statement, "SELECT ROW_COUNT()")).isEqualTo(3);
        }
    }

    /** As any statement that fails, also where the one before it has run elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT COUNT(*) FROM foobar.asked", "SELECT COUNT(*) FROM foobar.asked FOR UPDATE"})
    void tellsOfAPreparationThatHasFailed(String before) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(WARNED_OF_NOTHING, 45);
            assertThat(wire.value(before)).isEqualTo("3");
            wire.prepare("SELEKT 1");
            assertThat(wire.readError()).isEqualTo(1064);
            assertThat(wire.value("SELECT @@error_count")).isEqualTo("1");
            wire.prepare("SELEKT 1");
            assertThat(wire.readError()).isEqualTo(1064);
            assertThat(wire.value("SELECT ROW_COUNT()")).isEqualTo("-1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE asked SET n = n + 1 | SELECT ROW_COUNT()",
                "SELECT SQL_CALC_FOUND_ROWS n FROM asked LIMIT 1 | SELECT FOUND_ROWS()",
                "INSERT INTO asked (n) VALUES (4), (5) | SELECT ROW_COUNT(), LAST_INSERT_ID()",
                "SELECT CAST('x' AS SIGNED) | SHOW COUNT(*) WARNINGS",
                "SELECT CAST('x' AS SIGNED) | SELECT @@warning_count",
            })
    void tellsAPreparedQuestionWhatTheServerItselfDoes(String statement, String question) throws SQLException {
        try (Connection routed = router.connect("useServerPrepStmts=true");
                Connection direct = TestedCluster.connectToPrimary("useServerPrepStmts=true")) {
            assertThat(answer(routed, statement, question)).isEqualTo(answer(direct, statement, question));
        }
    }

    private static long answer(Connection connection, String statement, String question) throws SQLException {
        try (Statement first = connection.createStatement()) {
            first.execute(statement);
            try (PreparedStatement second = connection.prepareStatement(question);
                    ResultSet result = second.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    @ParameterizedTest
    @Statements(
            value = {
                "BEGIN; SELECT leaves_much(); COMMIT",
                "DO leaves_much()",
                "SELECT IS_FREE_LOCK('another'), leaves_much()",
                "SELECT leaves_much(), CAST('x' AS SIGNED)",
                "INSERT INTO asked (n) VALUES (leaves_much())",
                "INSERT INTO asked SET n = leaves_much()",
                "INSERT INTO asked (id, n) VALUES (1, leaves_much())",
                "UPDATE asked SET n = leaves_much()",
                "DELETE FROM asked WHERE n = leaves_much()",
                "REPLACE INTO asked (id, n) SELECT 2, leaves_much()",
            },
            mariaDb = "ANALYZE SELECT leaves_much()",
            mySql = "EXPLAIN ANALYZE SELECT leaves_much()")
    void clearsAwayWhatAFunctionLeaves(String statements) throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement()) {
            for (String statement : statements.split("; ")) {
                run(first, statement);
            }
            // With warnings the connection is kept for a moment.
            run(first, "DO 0");
            run(second, "DO 0");
            for (Statement statement : new Statement[] {first, second}) {
                assertThat(number(statement, "SELECT IFNULL(@left, 0) + 0")).isZero();
                assertThat(number(statement, "SELECT IS_FREE_LOCK('left')")).isEqualTo(1);
            }
        }
    }

    private static void run(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isIn(1062, 1054, 1644);
        }
    }

    @Test
    void keepsTheLockOfAChangeThatFails() throws SQLException {
        try (Connection two = router.connect();
                Statement second = two.createStatement()) {
            try (Connection one = router.connect();
                    Statement first = one.createStatement()) {
                run(first, "INSERT INTO asked VALUES (1, GET_LOCK('of a change', 0))");
                assertThat(number(second, "SELECT GET_LOCK('of a change', 0)")).isZero();
                assertThat(number(first, "SELECT RELEASE_LOCK('of a change')")).isEqualTo(1);
                run(first, "INSERT INTO asked VALUES (1, GET_LOCK('of a change', 0))");
            }
            assertThat(number(second, "SELECT GET_LOCK('of a change', 20)")).isEqualTo(1);
        }
    }

    @Test
    void keepsWhatTheNextTransactionIsUntilThereIsOne() throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement()) {
            first.execute("SET TRANSACTION READ ONLY");
            first.execute("DO 0");
            second.execute("INSERT INTO asked (n) VALUES (4)");
            first.execute("BEGIN");
            assertThatThrownBy(() -> first.execute("INSERT INTO asked (n) VALUES (5)"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1792));
            first.execute("ROLLBACK");
            first.execute("INSERT INTO asked (n) VALUES (5)");
        }
    }

    @Test
    void beginsToWriteWhereTheNextTransactionMay() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION READ ONLY");
            statement.execute("SET TRANSACTION READ WRITE");
            statement.execute("BEGIN");
            assertThat(statement.executeUpdate("UPDATE asked SET n = 0")).isEqualTo(3);
            statement.execute("COMMIT");
        }
    }

    /** On connections that others have used, but the same as on one of its own. */
    @ParameterizedTest
    @Statements(
            value = {
                "SELECT ROW_COUNT()",
                "SELECT CONCAT(LAST_INSERT_ID(), ' ', ROW_COUNT())",
                "SHOW COUNT(*) WARNINGS",
                "SELECT @@error_count",
            },
            mariaDb = {
                "SELECT COALESCE(LASTVAL(foobar.asked_values), 'none')",
                "SELECT COALESCE(PREVIOUS VALUE FOR foobar.asked_values, 'none')",
            })
    void answersAClientThatHasRunNothingAsAServerDoes(String asking) throws SQLException, IOException {
        String expected;
        // MySQL takes the short login of a user only whom it has seen.
        TestedCluster.connectToPrimary().close();
        try (MySqlWire direct = new MySqlWire(TestedCluster.get().primary().port())) {
            direct.login(WARNED_OF_NOTHING, 45);
            if (asking.contains("foobar")) {
                direct.run("USE foobar");
            }
            expected = direct.value(asking);
        }
        isAnsweredWhereNothingWasRun(asking, expected);
    }

    /** Servers do not agree: MySQL tells a client of no row after its login, MariaDB what the thread's last client was told. */
    @ParameterizedTest
    @OnMariaDbOnly
    @CsvSource({
        "SELECT FOUND_ROWS(), 1",
        "'SELECT CONCAT(FOUND_ROWS(), '' '', LAST_INSERT_ID(), '' '', ROW_COUNT())', 1 0 0",
    })
    void foundOneRowForAClientThatHasRunNothing(String asking, String expected) throws SQLException, IOException {
        isAnsweredWhereNothingWasRun(asking, expected);
    }

    private static void isAnsweredWhereNothingWasRun(String asking, String expected) throws SQLException, IOException {
        try (Connection another = router.connect();
                Statement statement = another.createStatement();
                MySqlWire fresh = new MySqlWire(router.port())) {
            statement.executeUpdate("UPDATE asked SET n = n + 1");
            statement.execute("INSERT INTO asked (n) VALUES (4)");
            if (!TestedCluster.isMySql()) {
                statement.execute("SELECT NEXTVAL(asked_values)");
            }
            statement.execute("/* router:primary */ SELECT CAST('x' AS SIGNED) FROM asked");
            run(statement, "SELECT nothing FROM asked FOR UPDATE");
            fresh.login(WARNED_OF_NOTHING, 45);
            assertThat(fresh.value(asking)).isEqualTo(expected);
            statement.executeUpdate("UPDATE asked SET n = n + 1");
            fresh.send(ByteBufUtil.decodeHexDump("010000001f"));
            assertThat(fresh.read()[0]).as("COM_RESET_CONNECTION").isZero();
            assertThat(fresh.value(asking)).isEqualTo(expected);
        }
    }

    @Test
    @OnMariaDbOnly
    void givesTheGtidOfTheOwnLastWriteOrNone() throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement();
                Connection none = router.connect();
                Statement fresh = none.createStatement()) {
            first.execute("INSERT INTO asked (n) VALUES (4)");
            String own = newestGtid();
            assertThat(lastGtid(first)).isEqualTo(own);
            assertThat(number(first, "SELECT COUNT(*) FROM asked WHERE n = 1")).isEqualTo(1);
            assertThat(lastGtid(first)).as("after a read on a replica").isEqualTo(own);
            assertThat(lastGtid(fresh)).as("of who has written nothing").isEqualTo(NOT_KNOWN);
            second.execute("BEGIN");
            second.execute("INSERT INTO asked (n) VALUES (5)");
            second.execute("COMMIT");
            assertThat(lastGtid(second)).isEqualTo(newestGtid()).isNotEqualTo(own);
            assertThat(lastGtid(first)).isIn(own, NOT_KNOWN);
            first.execute("UPDATE asked SET n = n WHERE id = 1");
            assertThat(lastGtid(first)).isIn(own, NOT_KNOWN);
            fresh.execute("BEGIN");
            assertThat(lastGtid(fresh)).isEqualTo(NOT_KNOWN);
            fresh.execute("COMMIT");
            assertThat(lastGtid(fresh)).as("of an empty transaction").isEqualTo(NOT_KNOWN);
        }
    }

    private static String newestGtid() {
        return TestedCluster.get().primary().value("SELECT @@gtid_binlog_pos");
    }

    private static String lastGtid(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT @@last_gtid")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isEqualTo(NO_LONGER_KNOWN);
            return NOT_KNOWN;
        }
    }

    @ParameterizedTest
    @OnMariaDbOnly
    @ValueSource(
            strings = {
                "IF 1 THEN SET SESSION div_precision_increment=9; SET @left=5; END IF",
                "CASE WHEN 1 THEN SET SESSION div_precision_increment=9; SET @left=5; END CASE",
                "BEGIN NOT ATOMIC SET SESSION div_precision_increment=9; SET @left=5; END",
                "FOR i IN 1..2 DO SET SESSION div_precision_increment=9; SET @left=5; END FOR",
                "LOOP SET SESSION div_precision_increment=9; SET @left=5; SIGNAL SQLSTATE '45000'; END LOOP",
                "REPEAT SET SESSION div_precision_increment=9; SET @left=5; UNTIL 1 END REPEAT",
                "WHILE IFNULL(@left, 0) < 5 DO SET SESSION div_precision_increment=9; SET @left=5; END WHILE",
                "IF 1 THEN EXECUTE IMMEDIATE 'SET SESSION div_precision_increment=9, @left=5'; END IF",
            })
    void keepsWhatBlocksOfStatementsLeaveToTheirClient(String block) throws SQLException {
        String asking = "SELECT IFNULL(@left, 0) + @@div_precision_increment";
        try (Connection two = router.connect();
                Statement second = two.createStatement()) {
            try (Connection one = router.connect();
                    Statement first = one.createStatement()) {
                run(first, block);
                number(second, "/* router:primary */ SELECT COUNT(*) FROM asked");
                assertThat(number(first, asking)).isEqualTo(14);
                assertThat(number(second, asking)).isEqualTo(4);
            }
            assertThat(number(second, asking)).isEqualTo(4);
        }
    }

    /** A stored function of MySQL's may have that name; here it is built in, and as harmless as any. */
    @Test
    @OnMariaDbOnly
    void readsOnReplicasWithFunctionsThatOnlyMariaDbHas() throws Exception {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            double before = SightIT.metric(router, "dbrouter_statements_total", "role=\"replica\"");
            for (int i = 0; i < 20; i++) {
                assertThat(number(statement, "SELECT COUNT(NVL(n, 0)) FROM asked WHERE CHR(65) = 'A'"))
                        .isEqualTo(3);
            }
            assertThat(SightIT.metric(router, "dbrouter_statements_total", "role=\"replica\""))
                    .isEqualTo(before + 20);
        }
    }

    /** Each of the two has an id of its own, wherever its next statement runs. */
    @ParameterizedTest
    @CsvSource({
        "true, LAST_INSERT_ID()",
        "false, LAST_INSERT_ID()",
        "true, `last_insert_id`()",
        "false, `last_insert_id` ( )",
        "true, @@session.`last_insert_id`",
        "false, @@session . last_insert_id",
    })
    void keepsTheIdsOfClientsApart(boolean prepared, String id) throws SQLException {
        try (Connection one = router.connect("useServerPrepStmts=" + prepared);
                Connection two = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement insert = one.prepareStatement("INSERT INTO asked (n) VALUES (?)");
                PreparedStatement given = two.prepareStatement("INSERT INTO asked (id, n) VALUES (?, 0)");
                PreparedStatement ownId = one.prepareStatement("SELECT " + id);
                PreparedStatement noId = two.prepareStatement("SELECT " + id)) {
            for (int i = 0; i < 5; i++) {
                insert.setInt(1, i);
                insert.executeUpdate();
                given.setInt(1, 1000 - i);
                given.executeUpdate();
                assertThat(number(noId)).isZero();
                assertThat(number(ownId)).isEqualTo(i == 0 ? 4 : 1000 + i);
            }
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
