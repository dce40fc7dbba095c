package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that the primary has carried out, and whose answers are lost on the way to the router: none runs again. */
class LostAnswerIT {
    private static final String LOST = "lost-answer";
    private static final int OUTCOME_UNKNOWN = 1053;

    private static MariaDbCluster cluster;
    private static MutingRelay relay;
    private static RouterFixture router;

    @BeforeAll
    static void start() throws IOException {
        cluster = SharedCluster.get();
        relay = MutingRelay.cutting(cluster.primary(), LOST);
        router = RouterFixture.start(
                        "servers:\n  - {name: db-1, address: '" + relay.address() + "'}\n  - {name: db-2, address: '"
                                + cluster.replica(0).address() + "'}\n",
                        "monitor: {timeout: 20s}")
                .ready();
        cluster.primary()
                .execute("CREATE OR REPLACE TABLE foobar.counted (id INT PRIMARY KEY, n INT, note VARCHAR(60))");
    }

    @AfterAll
    static void stop() {
        router.close();
        relay.close();
    }

    @BeforeEach
    void row() {
        cluster.primary().execute("REPLACE INTO foobar.counted VALUES (1, 0, '')");
        cluster.awaitReplication();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void doesNotRepeatAWriteThatHasRun(boolean prepared) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement write =
                        connection.prepareStatement("UPDATE counted SET n = n + 1, note = ? WHERE id = 1")) {
            write.setString(1, "kept");
            assertThat(write.executeUpdate()).isEqualTo(1);
            write.setString(1, LOST);
            assertOutcomeUnknown(write);
        }
        assertThat(counted()).isEqualTo("2 " + LOST);
        assertGoesOn();
    }

    /** The first of several answers is lost, perhaps before the last of it has run. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO counted VALUES (1, 0, 'x') ON DUPLICATE KEY UPDATE n = n + 2, note = '" + LOST + "'",
                "UPDATE counted SET n = n + 1; UPDATE counted SET n = n + 1, note = '" + LOST + "'",
                "BEGIN NOT ATOMIC UPDATE counted SET n = n + 2, note = '" + LOST + "'; SELECT n FROM counted; END",
                "REPLACE INTO counted SELECT id, n + 2, '" + LOST + "' FROM counted AS old RETURNING n",
            })
    void doesNotRepeatWhatWritesInOtherWays(String write) throws SQLException {
        try (Connection connection = router.connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE counted SET n = 0");
            assertThatThrownBy(() -> statement.execute(write))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(OUTCOME_UNKNOWN));
        }
        Awaitility.await().untilAsserted(() -> assertThat(counted()).isEqualTo("2 " + LOST));
    }

    @Test
    void doesNotRepeatACommitThatHasRun() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE counted SET n = n + 1 WHERE id = 1");
            assertThatThrownBy(() -> statement.execute("COMMIT /* " + LOST + " */"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(OUTCOME_UNKNOWN))
                    .hasMessageContaining("the open transaction");
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThat(counted()).isEqualTo("1 ");
        assertGoesOn();
    }

    private static void assertOutcomeUnknown(PreparedStatement write) {
        assertThatThrownBy(write::executeUpdate)
                .isInstanceOfSatisfying(SQLException.class, e -> {
                    assertThat(e.getErrorCode()).isEqualTo(OUTCOME_UNKNOWN);
                    assertThat(e.getSQLState()).isEqualTo("08S01");
                })
                .hasMessageContaining("it may or may not have taken effect, and was not repeated");
    }

    private static void assertGoesOn() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE counted SET note = 'after'"))
                    .isEqualTo(1);
        }
    }

    private static String counted() {
        return cluster.primary().value("SELECT CONCAT(n, ' ', note) FROM foobar.counted WHERE id = 1");
    }
}
