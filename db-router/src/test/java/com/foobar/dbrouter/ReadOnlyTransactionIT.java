package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions that only read, which run on one replica as a whole. */
class ReadOnlyTransactionIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        SharedCluster.get()
                .primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.steady (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.steady VALUES (1, 0)");
        SharedCluster.get().awaitReplication();
        router = RouterFixture.start(SharedCluster.get().servers(), "consistency: eventual", "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "START TRANSACTION READ ONLY",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                "SET SESSION TRANSACTION READ ONLY; BEGIN",
                "SET transaction_read_only = ON; START TRANSACTION",
                "SET SESSION transaction_isolation = 'READ-COMMITTED'; START TRANSACTION READ ONLY",
            })
    void runsOnOneReplica(String begin) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement read = connection.prepareStatement("SELECT @@server_id, n FROM steady")) {
            for (int round = 0; round < 3; round++) {
                execute(statement, begin);
                long first = number(read);
                assertThat(first).isNotEqualTo(primaryId());
                for (int i = 0; i < 10; i++) {
                    assertThat(number(read)).isEqualTo(first);
                    assertThat(number(statement, "SELECT @@server_id FROM steady"))
                            .isEqualTo(first);
                }
                statement.execute(round == 0 ? "COMMIT" : "ROLLBACK");
                assertThat(number(statement, "SELECT @@server_id")).isEqualTo(primaryId());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET TRANSACTION READ ONLY; START TRANSACTION",
                "SET @@transaction_read_only = 1; START TRANSACTION",
                "SET SESSION TRANSACTION READ ONLY; SET SESSION TRANSACTION READ WRITE; BEGIN",
                "SET SESSION TRANSACTION READ ONLY; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE; BEGIN",
                "SET SESSION TRANSACTION READ ONLY; START TRANSACTION READ WRITE",
                "SET autocommit = 0; START TRANSACTION READ ONLY",
                "SET @x = 1; START TRANSACTION READ ONLY",
                "SET SESSION TRANSACTION READ ONLY; START TRANSACTION WITH CONSISTENT SNAPSHOT",
            })
    void runsOnThePrimaryWhereItIsNotPlain(String begin) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            execute(statement, begin);
            assertThat(number(statement, "SELECT @@server_id FROM steady")).isEqualTo(primaryId());
            statement.execute("ROLLBACK");
        }
    }

    @Test
    void refusesWritesAsTheServerDoes() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long replica = number(statement, "SELECT @@server_id");
            assertThat(error(statement, "UPDATE steady SET n = -1")).isEqualTo(1792);
            assertThat(error(statement, "CREATE TABLE steady_too (id INT)")).isEqualTo(1792);
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(replica);
            statement.execute("COMMIT");
            statement.execute("UPDATE steady SET n = 5");
            assertThat(number(statement, "/* router:primary */ SELECT n FROM steady"))
                    .isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET @x = 1",
                "SELECT @x := 1",
                "SELECT GET_LOCK('steady', 0)",
                "CREATE TEMPORARY TABLE steady_temporary (id INT)",
                "LOCK TABLES steady READ",
                "PREPARE s FROM 'SELECT 1'",
                "CALL steady_procedure()",
                "SET autocommit = 0",
                "COMMIT AND CHAIN",
                "COMMIT; BEGIN",
            })
    void leavesNothingOfTheSessionOnTheReplica(String sql) throws SQLException {
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long replica = number(statement, "SELECT @@server_id");
            assertThat(replica).isNotEqualTo(primaryId());
            assertThat(error(statement, sql)).isEqualTo(1792);
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(replica);
            statement.execute("ROLLBACK");
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(primaryId());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "START TRANSACTION", "START TRANSACTION READ WRITE"})
    void endsWhereAnotherTransactionBegins(String begin) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            assertThat(number(statement, "SELECT @@server_id")).isNotEqualTo(primaryId());
            statement.execute(begin);
            statement.execute("UPDATE steady SET n = 77");
            assertThat(number(statement, "SELECT @@server_id")).isEqualTo(primaryId());
            statement.execute("ROLLBACK");
            assertThat(number(statement, "SELECT n FROM steady")).isNotEqualTo(77);
        }
    }

    @Test
    void seesWhatWasWrittenBeforeItBeganAndNothingLater() throws SQLException {
        try (RouterFixture strict =
                        RouterFixture.start(SharedCluster.get().servers()).ready();
                Connection one = strict.connect();
                Statement writes = one.createStatement();
                Connection two = strict.connect();
                Statement reads = two.createStatement()) {
            for (int i = 100; i < 150; i++) {
                writes.execute("UPDATE steady SET n = " + i);
                reads.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                writes.execute("UPDATE steady SET n = -" + i);
                assertThat(number(reads, "SELECT n FROM steady")).isEqualTo(i);
                reads.execute("COMMIT");
                assertThat(number(reads, "SELECT n FROM steady")).isEqualTo(-i);
            }
        }
    }

    @Test
    void endsWithTheSessionWhenTheReplicaIsLost() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION READ ONLY");
            long server = number(statement, "SELECT @@server_id");
            long id = number(statement, "SELECT id FROM information_schema.processlist WHERE id = CONNECTION_ID()");
            MariaDbServer replica = SharedCluster.get().servers().stream()
                    .filter(one -> Long.parseLong(one.value("SELECT @@server_id")) == server)
                    .findFirst()
                    .orElseThrow();
            replica.execute("KILL CONNECTION " + id);
            assertThatThrownBy(() -> statement.execute("SELECT n FROM steady"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the open transaction");
            assertThat(connection.isValid(20)).isFalse();
        }
    }

    private static void execute(Statement statement, String several) throws SQLException {
        for (String sql : several.split("; ")) {
            statement.execute(sql);
        }
    }

    private static long primaryId() {
        return Long.parseLong(SharedCluster.get().primary().value("SELECT @@server_id"));
    }

    private static int error(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return 0;
        } catch (SQLException e) {
            return e.getErrorCode();
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
