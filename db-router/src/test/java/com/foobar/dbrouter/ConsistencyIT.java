package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads see at each level of consistency while no replica applies anything, and how a level is chosen. */
class ConsistencyIT {
    private static final String READ = "SELECT n FROM level WHERE id = 1";

    private static MariaDbCluster cluster;
    private static RouterFixture router;
    private static RouterFixture narrow;

    private final List<Connection> locks = new ArrayList<>();

    @BeforeAll
    static void start() {
        cluster = MariaDbCluster.start(2);
        router = RouterFixture.start(
                        cluster.servers(),
                        "users: [{name: foobar_app, password: foobar, consistency: session},"
                                + " {name: root, password: foobar}]",
                        "consistency: eventual",
                        "read-index: {wait-limit: 50ms}",
                        "monitor: {max-lag: 1h}")
                .ready();
        narrow = RouterFixture.start(
                        cluster.servers(),
                        "users: [{name: root, password: foobar}]",
                        "consistency: eventual",
                        "monitor: {max-lag: 1h}",
                        "pool: {max-connections: 1}")
                .ready();
        cluster.primary()
                .execute(
                        "CREATE TABLE foobar.level (id INT PRIMARY KEY, n INT)",
                        "CREATE FUNCTION foobar.raise() RETURNS INT DETERMINISTIC MODIFIES SQL DATA"
                                + " BEGIN UPDATE level SET n = n + 1 WHERE id = 1; RETURN 5; END",
                        "CREATE PROCEDURE foobar.raise_and_tell()"
                                + " BEGIN UPDATE level SET n = n + 1 WHERE id = 1; SELECT 5; END");
    }

    @AfterAll
    static void stop() {
        router.close();
        narrow.close();
        cluster.close();
    }

    /** A lock of all tables lets a replica answer reads and apply nothing. */
    @BeforeEach
    void replicasAreBehind() throws SQLException {
        cluster.primary().execute("REPLACE INTO foobar.level VALUES (1, 0)");
        cluster.awaitReplication();
        for (MariaDbServer replica : cluster.replicas()) {
            Connection lock = replica.connectAsRoot();
            locks.add(lock);
            try (Statement statement = lock.createStatement()) {
                statement.execute("FLUSH TABLES WITH READ LOCK");
            }
        }
        cluster.primary().execute("UPDATE foobar.level SET n = 100 WHERE id = 1");
    }

    @AfterEach
    void replicasCatchUp() throws SQLException {
        for (Connection lock : locks) {
            lock.close();
        }
        locks.clear();
        cluster.awaitReplication();
    }

    /** Each is a way in which an answer tells, or does not tell, what was written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE level SET n = n + 1 WHERE id = 1",
                "INSERT INTO level VALUES (1, 0) ON DUPLICATE KEY UPDATE n = n + 1",
                "REPLACE INTO level SELECT 1, n + 1 FROM level AS old WHERE id = 1 RETURNING n",
                "SELECT raise()",
                "CALL raise_and_tell()",
                "DO 1; UPDATE level SET n = n + 1 WHERE id = 1; DO 1",
                "UPDATE level SET n = n + 1 WHERE id = 1; INSERT INTO level VALUES (1, 0)",
            })
    void aSessionSeesItsOwnWrite(String write) throws SQLException {
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            try {
                statement.execute(write);
                while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                    // Every result is taken.
                }
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isEqualTo(1062);
            }
            assertThat(number(statement, READ)).isEqualTo(101);
        }
    }

    @Test
    void aSessionSeesWhatItCommitted() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE level SET n = 7 WHERE id = 1");
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(number(statement, READ)).isEqualTo(7);
        }
    }

    @Test
    void aSessionThatWroteNothingReadsOnReplicas() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, READ)).isZero();
        }
    }

    /** Of the same session, by a hint; it waits for nothing then. */
    @Test
    void hintsChooseTheLevelOfOneStatement() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE level SET n = 8 WHERE id = 1");
            assertThat(number(statement, "/* router:consistency=eventual */ " + READ))
                    .isZero();
            assertThat(number(statement, READ)).isEqualTo(8);
            assertThat(number(statement, "/* router:consistency=strict */ " + READ))
                    .isEqualTo(8);
        }
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, READ)).isZero();
            assertThat(number(statement, "/* router:consistency=strict */ " + READ))
                    .isEqualTo(8);
        }
    }

    @Test
    void theUserAndTheConnectionAttributeChooseTheLevelOfASession() throws SQLException {
        try (Connection connection = router.connectAs("root");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE level SET n = 9 WHERE id = 1");
            assertThat(number(statement, READ)).as("eventual for all").isZero();
        }
        try (Connection connection = router.connectAs("root", "connectionAttributes=router_consistency:session");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE level SET n = 10 WHERE id = 1");
            assertThat(number(statement, READ)).isEqualTo(10);
        }
        assertThatThrownBy(() -> router.connect("connectionAttributes=router_consistency:best"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("router_consistency")
                .hasMessageContaining("'best' (expected: eventual, token, session, strict)");
    }

    @Test
    void theConnectionAttributeHoldsForWhoeverGoesOnWithTheConnection() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mysql://localhost:" + router.port() + "/" + MariaDbServer.DATABASE
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true"
                        + "&connectionAttributes=router_consistency:strict",
                "root",
                MariaDbServer.PASSWORD)) {
            connection.unwrap(JdbcConnection.class).changeUser("root", MariaDbServer.PASSWORD);
            try (Statement statement = connection.createStatement()) {
                statement.execute("USE " + MariaDbServer.DATABASE);
                assertThat(number(statement, READ)).isEqualTo(100);
            }
        }
    }

    /**
     * The session is in it already, as the primary said; the replicas do not know of it. Where all use the same connection, what
     * they refuse is to bring that there, else a login.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadInADatabaseThatNoReplicaHasYetGoesToThePrimary(boolean sameConnection) throws SQLException {
        RouterFixture through = sameConnection ? narrow : router;
        try (Connection connection = through.connectAs("root");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE fresh");
            try {
                for (int i = 0; i < 8; i++) {
                    assertThat(number(statement, READ)).isZero();
                }
                statement.execute("USE fresh");
                for (int i = 0; i < 8; i++) {
                    assertThat(number(statement, "SELECT 42")).isEqualTo(42);
                }
                statement.execute("USE foobar");
                assertThat(number(statement, READ)).as("on a replica again").isZero();
            } finally {
                statement.execute("DROP DATABASE fresh");
            }
        }
    }

    @Test
    void aTokenCarriesAWriteToAnotherSession() throws SQLException {
        String token = cluster.primary().value("SELECT @@global.gtid_binlog_pos");
        try (Connection connection = router.connectAs("root");
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, READ)).isZero();
            assertThat(number(statement, "/* router:token=" + token + " */ " + READ))
                    .isEqualTo(100);
        }
    }

    @Test
    void refusesATokenThatIsNoneOrThatNamesWhatNobodyWrote() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("/* router:token=0-1 */ " + READ))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1772))
                    .hasMessageContaining("'0-1'")
                    .hasMessageContaining("expected: domain-server-sequence");
            assertThatThrownBy(() -> statement.executeQuery("/* router:token=0-1-2';-- */ " + READ))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1772));
            assertThatThrownBy(() -> statement.executeQuery("/* router:token=0-1-999999999 */ " + READ))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1772))
                    .hasMessageContaining("names transactions that the primary does not have");
            assertThat(number(statement, "/* router:consistency=strict */ " + READ))
                    .isEqualTo(100);
        }
    }

    /** What the server told before is void: the position is asked for. */
    @Test
    void aSessionThatTurnsItsTrackersOffStillSeesItsWrites() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE level SET n = 11 WHERE id = 1");
            statement.execute("SET session_track_system_variables=''");
            statement.execute("UPDATE level SET n = 12 WHERE id = 1");
            assertThat(number(statement, READ)).isEqualTo(12);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
