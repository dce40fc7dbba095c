package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which server ran a statement, by its own word: a stored function that tells the server's id, and that the router is told
 * it may run on replicas.
 */
@OnBothDatabases
class DecisionsIT {
    private static RouterFixture router;
    private static long primary;

    @BeforeAll
    static void start() {
        TestedCluster.get()
                .primary()
                .execute(
                        "DROP TABLE IF EXISTS foobar.decided",
                        "CREATE TABLE foobar.decided (id INT PRIMARY KEY AUTO_INCREMENT, n INT)",
                        "INSERT INTO foobar.decided VALUES (1, 1)",
                        "DROP FUNCTION IF EXISTS foobar.ran_on",
                        "CREATE FUNCTION foobar.ran_on() RETURNS INT READS SQL DATA RETURN @@server_id",
                        "DROP FUNCTION IF EXISTS foobar.ran_on_too",
                        "CREATE FUNCTION foobar.ran_on_too() RETURNS INT READS SQL DATA RETURN @@server_id",
                        "DROP PROCEDURE IF EXISTS foobar.decided_procedure",
                        "CREATE PROCEDURE foobar.decided_procedure() SELECT foobar.ran_on()");
        if (!TestedCluster.isMySql()) {
            TestedCluster.get().primary().execute("CREATE OR REPLACE SEQUENCE foobar.decided_numbers");
        }
        primary = Long.parseLong(TestedCluster.get().primary().value("SELECT @@server_id"));
        TestedCluster.get().awaitReplication();
        router = RouterFixture.start(
                        TestedCluster.get().servers(),
                        "consistency: eventual",
                        "monitor: {timeout: 20s}",
                        "routing: {replica-functions: [ran_on, foobar.ran_on]}")
                .ready();
        // The function has to be on the replicas before a test calls it there.
        TestedCluster.get().servers().forEach(server -> org.awaitility.Awaitility.await()
                .ignoreExceptions()
                .until(() -> !server.value("SELECT foobar.ran_on_too()").isEmpty()));
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @Statements(
            value = {
                "SELECT ran_on()",
                "SELECT foobar.ran_on() FROM decided WHERE id = 1",
                "(SELECT ran_on())",
                "/* comment */ SELECT ran_on() -- FOR UPDATE",
                "WITH a AS (SELECT ran_on() AS x) SELECT x FROM a",
                "SELECT ran_on(), 'INTO @x', `id` FROM decided",
                "SELECT ran_on() UNION SELECT ran_on()",
                "SELECT /* router:replica */ ran_on(), @@version",
            },
            mariaDb = {
                "VALUES (ran_on())",
                "SET STATEMENT max_statement_time = 60 FOR SELECT ran_on()",
            },
            mySql = {
                "VALUES ROW(ran_on())",
                "SELECT /*+ MAX_EXECUTION_TIME(60000) */ ran_on()",
            })
    void runsReadsOnReplicas(String sql) throws SQLException {
        for (boolean prepared : new boolean[] {false, true}) {
            for (long server : servers(sql, prepared)) {
                assertThat(server).isNotEqualTo(primary);
            }
        }
    }

    @ParameterizedTest
    @Statements(
            value = {
                "SELECT ran_on_too()",
                "SELECT ran_on() FROM decided FOR UPDATE",
                "SELECT ran_on() FROM decided FOR UPDATE SKIP LOCKED",
                "SELECT ran_on() FROM decided FOR UPDATE NOWAIT",
                "SELECT ran_on() FROM decided LOCK IN SHARE MODE",
                "(SELECT ran_on() FROM decided FOR UPDATE)",
                "WITH a AS (SELECT ran_on() AS x) SELECT x FROM a FOR UPDATE",
                "SELECT ran_on(), @x",
                "SELECT ran_on(), @x := 1",
                "SELECT ran_on(), IS_FREE_LOCK('decided')",
                "SELECT ran_on(), GET_LOCK('decided', 0), RELEASE_LOCK('decided')",
                "SELECT ran_on(), LAST_INSERT_ID()",
                "SELECT ran_on(), LAST_INSERT_ID() AS id FROM DUAL",
                "SELECT ran_on(), 1 + last_insert_id ( )",
                "SELECT ran_on(), @@last_insert_id",
                "SELECT ran_on(), @@server_id",
                "SELECT ran_on(), COUNT(*) FROM information_schema.processlist",
                "SELECT SQL_CALC_FOUND_ROWS ran_on() FROM decided",
                "SELECT ran_on() /*! , 1 */",
                "CALL decided_procedure()",
                "/* router:primary */ SELECT ran_on()",
                "/* router:replica */ SELECT ran_on() FROM decided FOR UPDATE",
            },
            mariaDb = {
                "SELECT ran_on(), NEXTVAL(decided_numbers)",
                "SELECT ran_on(), NEXT VALUE FOR decided_numbers",
                "INSERT INTO decided (n) VALUES (1) RETURNING ran_on()",
            },
            mySql = {
                "SELECT ran_on() FROM decided FOR SHARE",
                "SELECT ran_on() FROM decided FOR SHARE OF decided SKIP LOCKED",
                "SELECT ran_on() FROM decided FOR UPDATE OF decided",
                "SELECT ran_on(), @@global.gtid_executed",
                "SELECT /*+ SET_VAR(sort_buffer_size = 1M) */ ran_on(), @x",
            })
    void runsTheRestOnThePrimary(String sql) throws SQLException {
        for (boolean prepared : new boolean[] {false, true}) {
            for (long server : servers(sql, prepared)) {
                assertThat(server).isEqualTo(primary);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET autocommit = 0",
                "BEGIN",
                "SET @x = 1",
                "CREATE TEMPORARY TABLE decided_temporary (id INT)",
                "LOCK TABLES decided READ",
                "DO GET_LOCK('decided', 10)",
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET SESSION optimizer_switch = 'index_merge=on'",
                "PREPARE s FROM 'SELECT 1'",
                "HANDLER decided OPEN",
                "XA START 'decided'",
            })
    void runsReadsOnThePrimaryWhileTheSessionIsTied(String before) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(before);
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
        }
    }

    /** Its text does not tell what it sets; the prepared text ties the session, and so do the server's status flags. */
    @Test
    void runsReadsOnThePrimaryWhenAPreparedTextHasTurnedAutocommitOff() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PREPARE s FROM 'SET autocommit=0'");
            statement.execute("EXECUTE s");
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
            statement.execute("DEALLOCATE PREPARE s");
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
            statement.execute("INSERT INTO decided (n) VALUES (77)");
            statement.execute("ROLLBACK");
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
            assertThat(number(statement, "SELECT COUNT(*) FROM decided WHERE n = 77"))
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"COMMIT, 1", "ROLLBACK, 0"})
    void runsAnXaTransactionOnThePrimaryFromItsStartToItsEnd(String end, int rows) throws SQLException {
        TestedCluster.get().primary().execute("DELETE FROM foobar.decided WHERE n = 88");
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("XA START 'decided'");
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
            statement.execute("INSERT INTO decided (n) VALUES (88)");
            assertThat(number(statement, "SELECT COUNT(*) FROM decided WHERE n = 88"))
                    .as("its own change")
                    .isEqualTo(1);
            statement.execute("XA END 'decided'");
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
            statement.execute("XA PREPARE 'decided'");
            statement.execute("XA " + end + " 'decided'");
            assertThat(number(statement, "/* router:primary */ SELECT COUNT(*) FROM decided WHERE n = 88"))
                    .isEqualTo(rows);
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
        }
    }

    @Test
    void runsSerializableReadsOnReplicasOutsideTransactions() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            assertThat(number(statement, "SELECT ran_on()")).isNotEqualTo(primary);
            statement.execute("BEGIN");
            assertThat(number(statement, "SELECT ran_on()")).isEqualTo(primary);
            statement.execute("COMMIT");
        }
    }

    @Test
    void readsAsTheSessionsSqlModeSays() throws SQLException {
        String name = "SELECT ran_on() AS \"a\\\" FROM decided FOR UPDATE -- \"";
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "SELECT ran_on(), \"a\\\" FROM decided FOR UPDATE -- \""))
                    .isNotEqualTo(primary);
            statement.execute("SET sql_mode = 'ANSI_QUOTES'");
            assertThat(number(statement, name)).isEqualTo(primary);
            assertThat(number(statement, "SELECT ran_on() AS \"FOR UPDATE\"")).isNotEqualTo(primary);
            statement.execute("SET sql_mode = 'NO_BACKSLASH_ESCAPES'");
            assertThat(number(statement, "SELECT ran_on(), 'a\\' FROM decided FOR UPDATE -- '"))
                    .isEqualTo(primary);
        }
    }

    /** gbk, big5, sjis: the second byte of the alias is a backslash, part of its only character. */
    @ParameterizedTest
    @CsvSource({"28,129", "1,164", "13,131"})
    void isCertainOfNoTextInACharacterSetWithBackslashesInItsCharacters(int collation, int lead) throws IOException {
        byte[] sql = "SELECT foobar.ran_on() AS `X\\`".getBytes(StandardCharsets.ISO_8859_1);
        sql[sql.length - 3] = (byte) lead;
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(CapabilityFlags.OFFERED, collation);
            assertThat(Long.parseLong(wire.value("SELECT foobar.ran_on()"))).isNotEqualTo(primary);
            assertThat(Long.parseLong(wire.value(sql))).isEqualTo(primary);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", " "})
    void letsTheServerRefuseWhatIsNoStatement(String sql) throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.query(sql);
            assertThat(wire.readError()).isEqualTo(1065);
            assertThat(wire.value("SELECT 5")).isEqualTo("5");
        }
    }

    /** Servers say that all is well; a hint has nothing to move. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/* comment */",
                "-- comment",
                "# comment",
                "/* router:replica */",
                "/*+ router:replica */",
                "-- a\n;"
            })
    void runsCommentsAloneOnThePrimary(String sql) throws IOException {
        long before = TestedCluster.get().primary().status("Com_empty_query");
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            assertThat(wire.run(sql)).isZero();
            assertThat(wire.value("SELECT 5")).isEqualTo("5");
        }
        assertThat(TestedCluster.get().primary().status("Com_empty_query")).isEqualTo(before + 1);
    }

    private static long[] servers(String sql, boolean prepared) throws SQLException {
        long[] servers = new long[4];
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared)) {
            for (int i = 0; i < servers.length; i++) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    assertThat(statement.execute()).isTrue();
                    try (ResultSet rows = statement.getResultSet()) {
                        assertThat(rows.next()).isTrue();
                        servers[i] = rows.getLong(1);
                    }
                }
            }
        }
        return servers;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
