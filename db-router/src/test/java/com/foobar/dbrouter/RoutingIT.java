package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements run, by the servers' own identity. */
class RoutingIT {
    private static final String WHERE = "SELECT spot_server() FROM spot WHERE id = 1";

    private static MariaDbCluster cluster;
    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        cluster = SharedCluster.get();
        // Tells where it ran, and does not decide it as @@server_id does.
        cluster.primary()
                .execute(
                        "CREATE OR REPLACE FUNCTION foobar.spot_server() RETURNS INT READS SQL DATA RETURN @@server_id");
        cluster.awaitReplication();
        router = RouterFixture.start(
                        cluster.servers(),
                        "read-index: {wait-limit: 5s}",
                        "monitor: {timeout: 20s}",
                        "routing: {replica-functions: [spot_server]}")
                .ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE spot (id INT PRIMARY KEY, n INT)");
            statement.execute("INSERT INTO spot VALUES (1, 1)");
        }
        cluster.awaitReplication();
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
                PreparedStatement read = connection.prepareStatement(WHERE)) {
            assertThat(serverOf(read)).as("outside").isNotEqualTo(primaryId());
            statement.execute(begin);
            for (int i = 0; i < 10; i++) {
                assertThat(serverOf(read)).isEqualTo(primaryId());
                assertThat(number(statement, WHERE)).isEqualTo(primaryId());
            }
            statement.execute("ROLLBACK");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT spot_server() FROM spot WHERE id = 1 FOR UPDATE",
                "SELECT spot_server() FROM spot WHERE id = 1.FOR UPDATE",
                "SELECT spot_server() FROM spot WHERE id = 1 LOCK IN SHARE MODE",
                "SELECT spot_server() FROM spot WHERE id = 1e0LOCK IN SHARE MODE",
                "SELECT spot_server(), GET_LOCK('routing', 1)",
                "SELECT spot_server(), `release_lock`('routing')",
                "SELECT spot_server(), @u := 5",
            })
    void runsWhatOnlyLooksLikeAReadOnThePrimary(String sql) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, sql)).isEqualTo(primaryId());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT spot_server() INTO @v",
                "SELECT spot_server() INTO @v FROM spot WHERE id = 1",
                "SELECT spot_server() FROM spot WHERE id = 1.INTO @v",
            })
    void readsIntoAVariableOnThePrimary(String sql) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, WHERE)).as("a plain read").isNotEqualTo(primaryId());
            statement.execute(sql);
            assertThat(number(statement, "SELECT @v")).isEqualTo(primaryId());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void followsHints(boolean prepared) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement replica = connection.prepareStatement(
                        "/* router:replica max-lag=30s */ SELECT @@server_id, COUNT(*) FROM spot");
                PreparedStatement signed = connection.prepareStatement(
                        "SELECT /*+ router:replica max-lag=30s */ @@server_id, COUNT(*) FROM spot");
                PreparedStatement unknown = connection.prepareStatement(
                        "/* router:replica max-lag=soon */ SELECT @@server_id, COUNT(*) FROM spot");
                PreparedStatement plain = connection.prepareStatement(WHERE);
                PreparedStatement primary = connection.prepareStatement(
                        "SELECT /* router:primary */ spot_server() FROM spot WHERE id = 1")) {
            for (int i = 0; i < 10; i++) {
                assertThat(serverOf(replica)).isNotEqualTo(primaryId());
                assertThat(serverOf(signed)).isNotEqualTo(primaryId());
                assertThat(serverOf(unknown)).isEqualTo(primaryId());
                assertThat(serverOf(plain)).isNotEqualTo(primaryId());
                assertThat(serverOf(primary)).isEqualTo(primaryId());
            }
            connection.setAutoCommit(false);
            assertThat(serverOf(replica)).isEqualTo(primaryId());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                    | SELECT n FROM spot WHERE id = ?          | false",
                "                                    | SELECT n FROM spot WHERE id = ? FOR UPDATE | true",
                "                                    | UPDATE spot SET n = ? WHERE id = 5       | true",
                "BEGIN                               | SELECT n FROM spot WHERE id = ?          | true",
                "START TRANSACTION READ ONLY         | SELECT n FROM spot WHERE id = ?          | false",
                "SET autocommit = 0                  | SELECT n FROM spot WHERE id = ?          | true",
            })
    void preparesWhereTheStatementWouldRunNow(@Nullable String before, String sql, boolean onPrimary)
            throws IOException {
        // Nobody else has its text, so it is prepared for this client.
        String own = sql + " /* " + before + " */";
        long[] prepared = counters("Com_stmt_prepare");
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.initDb("foobar");
            assertThat(wire.read()[0]).isZero();
            if (before != null) {
                assertThat(wire.run(before)).isZero();
            }
            wire.prepare(own);
            assertThat(wire.read()[0]).isZero();
        }
        long[] now = difference(counters("Com_stmt_prepare"), prepared);
        assertThat(now[0]).as("on the primary").isEqualTo(onPrimary ? 1 : 0);
        assertThat(now[1] + now[2]).as("on the replicas").isEqualTo(onPrimary ? 0 : 1);
    }

    /** It differs between the servers, so the primary's is shown unless another one is asked for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW VARIABLES LIKE 'server_id'",
                "SHOW GLOBAL VARIABLES WHERE variable_name = 'server_id'",
                "SHOW SESSION VARIABLES LIKE 'server\\_id'",
            })
    void showsTheStateOfThePrimary(String show) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 5; i++) {
                assertThat(shown(statement, show)).isEqualTo(primaryId());
                assertThat(shown(statement, "/* router:replica */ " + show)).isNotEqualTo(primaryId());
            }
            statement.execute("BEGIN");
            assertThat(shown(statement, "/* router:replica */ " + show)).isEqualTo(primaryId());
        }
    }

    /** As where the table's name has its database before it. */
    @ParameterizedTest
    @ValueSource(strings = {"useServerPrepStmts=false", "useServerPrepStmts=true"})
    void readsTheStateOfThePrimaryWithoutTheDatabasesName(String options) throws SQLException {
        boolean onServers = options.endsWith("true");
        String read = "SELECT variable_name, variable_value FROM global_variables WHERE variable_name = 'SERVER_ID'";
        try (Connection connection = router.connect(options);
                Statement statement = connection.createStatement()) {
            statement.execute("USE Information_Schema");
            try (PreparedStatement prepared = connection.prepareStatement(read)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(shown(statement, read)).isEqualTo(primaryId());
                    assertThat(shown(statement, "/* router:replica */ " + read)).isNotEqualTo(primaryId());
                    try (ResultSet rows = prepared.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getLong(2)).isEqualTo(primaryId());
                    }
                }
                statement.execute("USE foobar");
                if (onServers) {
                    try (ResultSet rows = prepared.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getLong(2)).isEqualTo(primaryId());
                    }
                }
            }
        }
    }

    private static long shown(Statement statement, String show) throws SQLException {
        try (ResultSet rows = statement.executeQuery(show)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(2);
        }
    }

    /** A server counts it for the session that it is asked in. */
    @ParameterizedTest
    @ValueSource(strings = {"BEGIN", "START TRANSACTION READ ONLY", "SET autocommit = 0"})
    void asksForStatisticsWhereTheTransactionIs(String begin) throws IOException {
        String asked =
                "SELECT VARIABLE_VALUE FROM information_schema.session_status WHERE variable_name = 'COM_SHOW_STATUS'";
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            assertThat(wire.run(begin)).isZero();
            long before = Long.parseLong(wire.value(asked));
            wire.sendHex("0100000009");
            assertThat(new String(wire.read(), StandardCharsets.UTF_8)).startsWith("Uptime: ");
            assertThat(Long.parseLong(wire.value(asked))).isEqualTo(before + 1);
            assertThat(wire.run("ROLLBACK")).isZero();
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
            return rows.getLong(1);
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
