package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbCluster;
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

/**
 * Strict sessions while the primary is replaced by hand and the checks, a minute apart, have not seen it: what runs on the
 * primary runs on the new one. The two servers change places in each test, and do not replicate.
 */
class DemotedPrimaryIT {
    private static final int STATE_LOST = 1053;

    private static MariaDbCluster cluster;
    private static RouterFixture router;
    private static MariaDbServer primary;
    private static MariaDbServer other;
    private static int newest;

    @BeforeAll
    static void start() {
        cluster = MariaDbCluster.start(1);
        primary = cluster.primary();
        other = cluster.replica(0);
        primary.execute(
                "CREATE TABLE foobar.demoted (n INT)",
                "INSERT INTO foobar.demoted VALUES (0)",
                "CREATE FUNCTION foobar.told() RETURNS INT DETERMINISTIC READS SQL DATA RETURN (SELECT n FROM demoted)",
                "CREATE PROCEDURE foobar.tell() SELECT n FROM demoted");
        cluster.awaitReplication();
        other.execute("STOP SLAVE", "RESET SLAVE ALL");
        router = RouterFixture.start(cluster.servers(), "monitor: {interval: 1m}", "read-index: {primary-timeout: 30s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/* router:primary */ SELECT n FROM demoted",
                "SELECT n FROM demoted FOR UPDATE",
                "SELECT n + 0 * @@server_id FROM demoted",
                "SELECT n FROM demoted WHERE GET_LOCK('demoted', 0) = 1",
                "SELECT told()",
                "CALL tell()",
                "BEGIN NOT ATOMIC SELECT n FROM demoted; END",
                "SELECT n FROM demoted; DO 1",
                "BEGIN & SELECT n FROM demoted",
                "/* router:primary */ START TRANSACTION READ ONLY & SELECT n FROM demoted",
                "SET @n = (SELECT n FROM demoted) & SELECT @n",
                "SELECT n FROM demoted INTO @n & SELECT @n",
            })
    void readsOnTheNewPrimary(String statements) throws SQLException {
        routerKnowsThePrimary();
        changePlaces();
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            String[] each = statements.split(" & ");
            for (int i = 0; i < each.length - 1; i++) {
                statement.execute(each[i]);
            }
            assertThat(number(statement, each[each.length - 1])).isEqualTo(newest);
        }
    }

    /** The old one has refused it, so that it has not run. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void writesOnTheNewPrimary(boolean prepared) throws SQLException {
        routerKnowsThePrimary();
        changePlaces();
        newest++;
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement update = connection.prepareStatement("UPDATE demoted SET n = n + 1")) {
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
        assertThat(primary.value("SELECT n FROM foobar.demoted")).isEqualTo(String.valueOf(newest));
    }

    /** What it held there is lost with it, as if the server had ended. */
    @ParameterizedTest
    @ValueSource(strings = {"SET @n = 1", "SET autocommit=0", "CREATE TEMPORARY TABLE own (n INT)"})
    void endsWhatIsHeldOnTheOldPrimary(String holds) throws SQLException {
        routerKnowsThePrimary();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(holds);
            assertThat(number(statement, "SELECT n FROM demoted")).isEqualTo(newest);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            changePlaces();
            assertThatThrownBy(() -> number(statement, "SELECT n FROM demoted"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(STATE_LOST))
                    .hasMessageContaining("no longer the primary");
        }
    }

    /** Asked when it began: what it reads is as of then, and its changes are refused. */
    @Test
    void goesOnInATransactionThatHasBegun() throws SQLException {
        routerKnowsThePrimary();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            int before = newest;
            assertThat(number(statement, "SELECT n FROM demoted")).isEqualTo(before);
            changePlaces();
            assertThat(number(statement, "SELECT n FROM demoted")).isEqualTo(before);
            assertThatThrownBy(() -> statement.execute("UPDATE demoted SET n = 0"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(1290));
            statement.execute("ROLLBACK");
            assertThat(number(statement, "/* router:primary */ SELECT n FROM demoted"))
                    .isEqualTo(newest);
        }
    }

    /** What comes behind the transaction's end is asked for anew: with the transaction the connection is lost. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT AND CHAIN",
                "ROLLBACK AND CHAIN",
                "BEGIN",
                "START TRANSACTION READ WRITE",
                "COMMIT; SELECT n FROM demoted",
                "CALL tell()",
            })
    void beginsNoOtherTransactionOnTheOldPrimary(String next) throws SQLException {
        routerKnowsThePrimary();
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            assertThat(number(statement, "SELECT n FROM demoted")).isEqualTo(newest);
            changePlaces();
            assertThatThrownBy(() -> statement.execute(next))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(STATE_LOST))
                    .hasMessageContaining("no longer the primary");
        }
    }

    /** As a deadlock does. */
    @Test
    void asksAnewWhereAnErrorMayHaveEndedTheTransaction() throws SQLException {
        routerKnowsThePrimary();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            assertThat(number(statement, "SELECT n FROM demoted")).isEqualTo(newest);
            assertThatThrownBy(() -> statement.execute("SELECT nosuchcolumn FROM demoted"))
                    .isInstanceOf(SQLException.class);
            changePlaces();
            assertThatThrownBy(() -> number(statement, "SELECT n FROM demoted"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(STATE_LOST));
        }
    }

    private static void routerKnowsThePrimary() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "/* router:primary */ SELECT n FROM demoted"))
                    .isEqualTo(newest);
        }
    }

    private static void changePlaces() {
        MariaDbServer old = primary;
        primary = other;
        other = old;
        old.execute("SET GLOBAL read_only=1");
        newest++;
        primary.execute("SET GLOBAL read_only=0", "UPDATE foobar.demoted SET n = " + newest);
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
