package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of sequences that a client has taken: it finds its own wherever it asks, and never another's. */
class SequenceValuesIT {
    private static final int NO_LONGER_KNOWN = 1105;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        SharedCluster.get()
                .primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.sequenced (id INT PRIMARY KEY AUTO_INCREMENT, n INT)",
                        "CREATE OR REPLACE SEQUENCE foobar.one",
                        "CREATE OR REPLACE SEQUENCE foobar.other START WITH 1000",
                        "CREATE OR REPLACE TABLE foobar.numbered (n INT DEFAULT NEXTVAL(foobar.one))");
        SharedCluster.get().awaitReplication();
        router = RouterFixture.startSharing(
                        SharedCluster.get().servers(),
                        "consistency: eventual",
                        "pool: {max-connections: 2, wait-timeout: 30s}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void keepsTheSequencesOfClientsApart() throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement()) {
            for (int i = 0; i < 5; i++) {
                long taken = number(first, "SELECT NEXTVAL(one)");
                long others = number(second, "SELECT NEXT VALUE FOR one");
                assertThat(number(first, "SELECT LASTVAL(one)")).isEqualTo(taken);
                assertThat(number(second, "SELECT PREVIOUS VALUE FOR foobar.one"))
                        .isEqualTo(others);
            }
        }
    }

    /** The name is in their texts, but no value is theirs: what another client has taken there must not be. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT NEXTVAL(one), nosuchcolumn",
                "SELECT NEXTVAL(one) FROM sequenced WHERE 1=0",
                "SELECT NEXTVAL(one) LIMIT 0",
                "SELECT NEXTVAL(other), 'NEXTVAL(one)'",
                "SELECT NEXTVAL(other) /* NEXTVAL(one) */",
                "INSERT INTO sequenced VALUES (NEXTVAL(one), nosuchcolumn)",
                "INSERT INTO sequenced (n) SELECT NEXTVAL(one) FROM sequenced WHERE 1=0",
                "SET sql_select_limit=0; SELECT NEXTVAL(one); SET sql_select_limit=DEFAULT",
            })
    void givesNoValueThatAnotherHasTaken(String statements) throws SQLException {
        leaveValuesOnAllConnections();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements.split("; ")) {
                run(statement, sql);
            }
            assertNoneOrNotKnown(statement, "SELECT LASTVAL(one)");
            assertNoneOrNotKnown(statement, "SELECT LASTVAL(one), NEXTVAL(one)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT LASTVAL(one), NEXTVAL(one)",
                "SELECT PREVIOUS VALUE FOR one, NEXT VALUE FOR one",
            })
    void asksBeforeItTakes(String sql) throws SQLException {
        leaveValuesOnAllConnections();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isNull();
            assertThat(rows.getString(2)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT NEXTVAL(one)",
                "select next value for foobar . `one` ;",
                "INSERT INTO sequenced (n, id) VALUES (7, NEXTVAL(one))",
                "INSERT INTO sequenced (n) VALUES (NEXTVAL(one))",
                "INSERT INTO foobar.sequenced VALUES (NULL, NEXT VALUE FOR one)",
            })
    void findsItsValueBesideThoseOfOthers(String taking) throws SQLException {
        leaveValuesOnAllConnections();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(taking);
            long next;
            try (Connection root = SharedCluster.get().primary().connectAsRoot();
                    Statement direct = root.createStatement()) {
                next = number(direct, "SELECT NEXTVAL(foobar.one)");
            }
            assertThat(number(statement, "SELECT LASTVAL(one)")).isEqualTo(next - 1);
        }
    }

    private static void leaveValuesOnAllConnections() throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement()) {
            first.execute("BEGIN");
            second.execute("BEGIN");
            first.execute("SELECT NEXTVAL(one)");
            second.execute("SELECT NEXTVAL(one)");
            first.execute("COMMIT");
            second.execute("COMMIT");
        }
    }

    private static void assertNoneOrNotKnown(Statement statement, String asking) throws SQLException {
        try (ResultSet rows = statement.executeQuery(asking)) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isNull();
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isEqualTo(NO_LONGER_KNOWN);
        }
    }

    @Test
    void findsAValueInTheTransactionThatTookIt() throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement()) {
            for (int i = 0; i < 3; i++) {
                first.execute("BEGIN");
                long taken = number(first, "SELECT NEXTVAL(one)");
                second.execute("INSERT INTO numbered VALUES (DEFAULT)");
                first.execute("INSERT INTO sequenced (n) VALUES (5)");
                assertThat(number(first, "SELECT LASTVAL(one)")).isEqualTo(taken);
                first.execute("COMMIT");
            }
        }
    }

    /** Another's value would be wrong, and so would none be. */
    @Test
    void givesNoValueThatIsNotCertain() throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement();
                Connection three = router.connect();
                Statement third = three.createStatement()) {
            first.execute("SELECT NEXTVAL(one)");
            first.execute("SELECT NEXTVAL(other)");
            first.execute("DO 0");
            third.execute("BEGIN");
            number(second, "SELECT NEXTVAL(other)");
            second.execute("DO 0");
            number(first, "SELECT NEXTVAL(other)");
            assertThatThrownBy(() -> number(first, "SELECT LASTVAL(one)"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getErrorCode())
                            .isEqualTo(NO_LONGER_KNOWN));
            third.execute("ROLLBACK");
        }
    }

    private static void run(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isIn(1062, 1054, 1644);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
