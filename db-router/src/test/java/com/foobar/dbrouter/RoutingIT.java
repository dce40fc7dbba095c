package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Where statements run, by the servers' own identity. */
class RoutingIT {
    private static MariaDbCluster cluster;
    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        cluster = SharedCluster.get();
        cluster.awaitReplication();
        router = RouterFixture.start(cluster.servers(), "read-index: {wait-limit: 5s}", "monitor: {timeout: 20s}")
                .ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE spot (id INT PRIMARY KEY, n INT)");
            statement.execute("INSERT INTO spot VALUES (1, 1)");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsOnReplicasAndWritesOnThePrimary(boolean prepared) throws SQLException {
        long[] selectsBefore = counters("Com_select");
        long[] updatesBefore = counters("Com_update");
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement read = connection.prepareStatement("SELECT n FROM spot WHERE id = ?");
                PreparedStatement write = connection.prepareStatement("UPDATE spot SET n = ? WHERE id = 1")) {
            for (int i = 0; i < 100; i++) {
                read.setInt(1, 1);
                read.executeQuery().close();
            }
            for (int i = 0; i < 10; i++) {
                write.setInt(1, 100 + i);
                write.executeUpdate();
            }
        }
        long[] selects = difference(counters("Com_select"), selectsBefore);
        assertThat(selects[1] + selects[2]).isGreaterThanOrEqualTo(100);
        assertThat(selects[1]).isGreaterThan(10);
        assertThat(selects[2]).isGreaterThan(10);
        assertThat(difference(counters("Com_update"), updatesBefore)[0]).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                "START TRANSACTION",
                "START TRANSACTION READ WRITE",
                "SET autocommit=0",
                "/* router:primary */ START TRANSACTION READ ONLY"
            })
    void keepsTransactionsOnThePrimary(String begin) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement read = connection.prepareStatement("SELECT COUNT(*), @@server_id FROM spot")) {
            statement.execute(begin);
            for (int i = 0; i < 10; i++) {
                assertThat(serverOf(read)).isEqualTo(primaryId());
            }
            statement.execute("ROLLBACK");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT n FROM spot WHERE id = 1 FOR UPDATE",
                "SELECT n FROM spot WHERE id = 1 LOCK IN SHARE MODE",
                "SELECT GET_LOCK('routing', 1)",
                "SELECT RELEASE_LOCK('routing')",
                "SELECT @u := 5",
                "SELECT n INTO @v FROM spot WHERE id = 1",
            })
    void runsWhatOnlyLooksLikeAReadOnThePrimary(String sql) throws SQLException {
        long before = cluster.primary().status("Com_select");
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        assertThat(cluster.primary().status("Com_select")).isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void followsHints(boolean prepared) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement replica = connection.prepareStatement(
                        "/* router:replica max-lag=30s */ SELECT COUNT(*), @@server_id FROM spot");
                PreparedStatement signed = connection.prepareStatement(
                        "SELECT /*+ router:replica max-lag=30s */ COUNT(*), @@server_id FROM spot");
                PreparedStatement unknown = connection.prepareStatement(
                        "/* router:replica max-lag=soon */ SELECT COUNT(*), @@server_id FROM spot");
                PreparedStatement primary =
                        connection.prepareStatement("SELECT /* router:primary */ n FROM spot WHERE id = 1")) {
            for (int i = 0; i < 10; i++) {
                assertThat(serverOf(replica)).isNotEqualTo(primaryId());
                assertThat(serverOf(signed)).isNotEqualTo(primaryId());
                assertThat(serverOf(unknown)).isEqualTo(primaryId());
            }
            long[] before = counters("Com_select");
            for (int i = 0; i < 10; i++) {
                primary.executeQuery().close();
            }
            assertThat(difference(counters("Com_select"), before)[0]).isGreaterThanOrEqualTo(10);
            connection.setAutoCommit(false);
            assertThat(serverOf(replica)).isEqualTo(primaryId());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET_LOCK", "`get_lock`"})
    @SuppressWarnings("try") // The early close is what is tested.
    void keepsANamedLockUntilTheSessionEnds(String getLock) throws SQLException {
        try (Connection one = router.connect();
                Statement first = one.createStatement();
                Connection two = router.connect();
                Statement second = two.createStatement()) {
            assertThat(number(first, "SELECT " + getLock + "('kept', 1)")).isEqualTo(1);
            assertThat(number(first, "SELECT COUNT(*) FROM spot")).isEqualTo(1);
            assertThat(number(second, "SELECT " + getLock + "('kept', 0)")).isZero();
            one.abort(Runnable::run);
            assertThat(number(second, "SELECT " + getLock + "('kept', 5)")).isEqualTo(1);
        }
    }

    @Test
    void rollsBackWhenTheClientGoesAway() throws SQLException {
        try (Connection one = router.connect();
                Statement statement = one.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("UPDATE spot SET n = -5 WHERE id = 1");
            one.abort(Runnable::run);
        }
        try (Connection two = router.connect();
                Statement statement = two.createStatement()) {
            statement.execute("SET innodb_lock_wait_timeout = 5");
            statement.execute("UPDATE spot SET n = 7 WHERE id = 1 AND n <> -5");
            assertThat(number(statement, "SELECT n FROM spot WHERE id = 1")).isEqualTo(7);
        }
    }

    @Test
    void usesTheSameServerConnectionsForManyClients() throws SQLException {
        long before = 0;
        for (MariaDbServer server : cluster.servers()) {
            before += server.status("Connections");
        }
        for (int i = 0; i < 50; i++) {
            try (Connection connection = router.connect();
                    Statement statement = connection.createStatement()) {
                number(statement, "SELECT COUNT(*) FROM spot");
            }
        }
        long after = 0;
        for (MariaDbServer server : cluster.servers()) {
            after += server.status("Connections");
        }
        assertThat(after - before).isLessThan(40);
    }

    private static long primaryId() {
        return Long.parseLong(cluster.primary().value("SELECT @@server_id"));
    }

    private static long serverOf(PreparedStatement read) throws SQLException {
        try (ResultSet rows = read.executeQuery()) {
            rows.next();
            return rows.getLong(2);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static long[] counters(String name) {
        return cluster.servers().stream()
                .mapToLong(server -> server.status(name))
                .toArray();
    }

    private static long[] difference(long[] after, long[] before) {
        long[] result = new long[after.length];
        for (int i = 0; i < after.length; i++) {
            result[i] = after[i] - before[i];
        }
        return result;
    }
}
