package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KILL by the router's connection ids, and CONNECTION_ID(). */
class KillIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        SharedCluster.get()
                .primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.killed (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.killed VALUES (1, 1)",
                        "CREATE OR REPLACE USER kill_none@'%' IDENTIFIED BY 'foobar'",
                        "GRANT SELECT ON foobar.* TO kill_none@'%'",
                        "CREATE OR REPLACE USER kill_locked@'%' IDENTIFIED BY 'foobar'",
                        "GRANT SELECT ON foobar.* TO kill_locked@'%'",
                        "CREATE OR REPLACE USER kill_all@'%' IDENTIFIED BY 'foobar'",
                        "GRANT CONNECTION ADMIN ON *.* TO kill_all@'%'");
        router = RouterFixture.startSharing(
                        SharedCluster.get().servers(),
                        "read-index: {wait-limit: 5s}",
                        "users: [{name: foobar_app, password: foobar}, {name: kill_none, password: foobar},"
                                + " {name: kill_all, password: foobar}]")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesTheSameConnectionIdOnEveryServerConnection(boolean prepared) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                Statement other = connection.createStatement();
                PreparedStatement id = connection.prepareStatement("SELECT CONNECTION_ID()");
                PreparedStatement inside = connection.prepareStatement(
                        "SELECT n, CONNECTION_ID() + 0 AS me FROM killed ORDER BY CONNECTION_ID()")) {
            long greeted = connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
            for (int i = 0; i < 5; i++) {
                assertThat(value(id, 1)).isEqualTo(greeted);
                assertThat(value(inside, 2)).isEqualTo(greeted);
                other.execute(i % 2 == 0 ? "BEGIN" : "ROLLBACK");
            }
            try (ResultSet rows = id.executeQuery()) {
                assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo("CONNECTION_ID()");
            }
            other.execute("REPLACE INTO killed VALUES (2, 5), (3, CONNECTION_ID() MOD 1000)");
            try (ResultSet rows = other.executeQuery("SELECT n FROM killed WHERE id = 3")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(greeted % 1000);
            }
            other.execute("DELETE FROM killed WHERE id > 1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`connection_id`()",
                "@@`pseudo_thread_id`",
                "@@session.`pseudo_thread_id`",
                "@@session . pseudo_thread_id",
            })
    void givesItsIdByEveryNameThatServersKnow(String name) throws SQLException {
        for (boolean prepared : new boolean[] {true, false}) {
            try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                    Statement other = connection.createStatement();
                    PreparedStatement id = connection.prepareStatement("SELECT " + name)) {
                long greeted =
                        connection.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
                assertThat(value(id, 1)).isEqualTo(greeted);
                try (ResultSet rows = id.executeQuery()) {
                    assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo(name);
                }
                other.execute("SET @me = " + name);
                try (ResultSet rows = other.executeQuery("SELECT @me")) {
                    rows.next();
                    assertThat(rows.getLong(1)).isEqualTo(greeted);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT SLEEP(120)", "SELECT SLEEP(120) FROM killed FOR UPDATE", "DO SLEEP(120)"})
    void cancelsAStatement(String sql) throws Exception {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> ended = runs(statement, sql);
            awaitRunning(sql);

            statement.cancel();

            assertThat(ended.get(60, TimeUnit.SECONDS)).isIn("70100 1317", "slept");
            awaitNotRunning(sql);
            assertThat(connection.isValid(20)).isTrue();
            try (ResultSet rows = statement.executeQuery("SELECT n FROM killed WHERE id = 1")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void cancelsAStatementOfATransactionWithoutEndingIt() throws Exception {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("UPDATE killed SET n = 2 WHERE id = 1");
            CompletableFuture<String> ended = runs(statement, "SELECT SLEEP(120), 'held'");
            awaitRunning("SELECT SLEEP(120), 'held'");

            statement.cancel();

            ended.get(60, TimeUnit.SECONDS);
            try (ResultSet rows = statement.executeQuery("SELECT n FROM killed WHERE id = 1")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(2);
            }
            connection.rollback();
        }
    }

    @Test
    void endsAStatementThatTakesTooLong() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery(
                            "SELECT COUNT(SHA2(a.seq + b.seq, 512)) FROM seq_1_to_1000000 a, seq_1_to_1000000 b"))
                    .isInstanceOf(SQLTimeoutException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptsStatementsOfMySqlConnectorJ(boolean prepared) throws Exception {
        String sql = "SELECT COUNT(SHA2(a.seq + b.seq + " + (prepared ? 1 : 2) + ", 512))"
                + " FROM seq_1_to_1000000 a, seq_1_to_1000000 b";
        try (Connection connection = DriverManager.getConnection("jdbc:mysql://localhost:" + router.port()
                        + "/foobar?user=foobar_app&password=foobar&sslMode=DISABLED&allowPublicKeyRetrieval=true"
                        + "&useServerPrepStmts=" + prepared);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(statement::executeQuery).isInstanceOf(SQLTimeoutException.class);
            awaitNotRunning(sql);

            statement.setQueryTimeout(0);
            CompletableFuture<String> ended = CompletableFuture.supplyAsync(() -> {
                try {
                    statement.executeQuery().close();
                    return "counted";
                } catch (SQLException e) {
                    return "interrupted";
                }
            });
            awaitRunning(sql);
            statement.cancel();
            assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
            awaitNotRunning(sql);
            assertThat(connection.isValid(20)).isTrue();
        }
    }

    @Test
    void cancelsAStatementThatWaitsForAConnection() throws Exception {
        try (RouterFixture narrow = RouterFixture.startSharing(
                                SharedCluster.get().servers(), "pool: {max-connections: 1, wait-timeout: 5m}")
                        .ready();
                Connection holder = narrow.connect();
                Statement holds = holder.createStatement();
                Connection waiter = narrow.connect();
                Connection killer = narrow.connect();
                Statement waits = waiter.createStatement();
                Statement kills = killer.createStatement()) {
            holds.execute("BEGIN");
            holds.execute("UPDATE killed SET n = n WHERE id = 1");
            CompletableFuture<String> ended = runs(waits, "UPDATE killed SET n = 9 WHERE id = 1");
            long id = waiter.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();

            await().until(() -> {
                kills.execute("KILL QUERY " + id);
                return ended.isDone();
            });

            assertThat(ended.get()).isEqualTo("70100 1317");
            holds.execute("ROLLBACK");
            try (ResultSet rows = holds.executeQuery("SELECT n FROM killed WHERE id = 1")) {
                rows.next();
                assertThat(rows.getLong(1)).isNotEqualTo(9);
            }
        }
    }

    /** What has taken the last connection is what has to be ended; others wait in front of the KILL. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @SuppressWarnings("try") // The early end is what is tested.
    void endsAStatementWhenThePoolIsFull(boolean byLeaving) throws Exception {
        String sql = "/* router:primary */ SELECT SLEEP(120), 'full " + byLeaving + "'";
        try (RouterFixture narrow = RouterFixture.startSharing(
                                SharedCluster.get().servers(), "pool: {max-connections: 1, wait-timeout: 5m}")
                        .ready();
                Connection killer = narrow.connect();
                Connection waiter = narrow.connect();
                MySqlWire victim = new MySqlWire(narrow.port());
                Statement kills = killer.createStatement();
                Statement waits = waiter.createStatement()) {
            victim.login();
            int id = victim.greeted().connectionId();
            victim.query(sql);
            awaitRunning(sql);
            CompletableFuture<String> served = runs(waits, "UPDATE killed SET n = n WHERE id = 1");

            if (byLeaving) {
                victim.close();
            } else {
                kills.execute("KILL QUERY " + Integer.toUnsignedString(id));
            }

            awaitNotRunning(sql);
            assertThat(served.get(60, TimeUnit.SECONDS)).isEqualTo("slept");
        }
    }

    @Test
    void closesTheConnectionOfAStatementThatCannotBeEnded() throws Exception {
        String sql = "/* router:primary */ SELECT SLEEP(60), 'locked'";
        try (RouterFixture narrow = RouterFixture.startSharing(
                                SharedCluster.get().servers(),
                                "pool: {max-connections: 1}",
                                "users: [{name: kill_locked, password: foobar}]")
                        .ready();
                Connection victim = narrow.connectAs("kill_locked");
                Connection killer = narrow.connectAs("kill_locked");
                Statement sleeps = victim.createStatement();
                Statement kills = killer.createStatement()) {
            long id = victim.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
            CompletableFuture<String> ended = runs(sleeps, sql);
            awaitRunning(sql);
            SharedCluster.get().primary().execute("ALTER USER kill_locked@'%' ACCOUNT LOCK");

            kills.execute("KILL QUERY " + id);

            assertThat(ended.get(50, TimeUnit.SECONDS)).isEqualTo("70100 1317");
            assertThat(SightIT.metric(narrow, "dbrouter_errors_total", "kind=\"kill_failed\""))
                    .isEqualTo(1);
        } finally {
            SharedCluster.get().primary().execute("ALTER USER kill_locked@'%' ACCOUNT UNLOCK");
        }
    }

    @Test
    @SuppressWarnings("try") // The early end is what is tested.
    void killsAConnectionWithWhatItRuns() throws Exception {
        String sql = "SELECT SLEEP(120), 'victim'";
        try (Connection victim = router.connect();
                Statement sleeps = victim.createStatement();
                Connection killer = router.connect();
                Statement kills = killer.createStatement()) {
            CompletableFuture<String> ended = runs(sleeps, sql);
            awaitRunning(sql);

            kills.execute(
                    "KILL " + victim.unwrap(org.mariadb.jdbc.Connection.class).getThreadId());

            assertThat(ended.get(60, TimeUnit.SECONDS)).isNotEqualTo("slept");
            awaitNotRunning(sql);
            assertThat(victim.isValid(20)).isFalse();
        }
    }

    @Test
    @SuppressWarnings("try") // The early end is what is tested.
    void endsOnTheServerWhatRunsForAClientThatIsGone() throws Exception {
        String sql = "SELECT SLEEP(120), 'gone'";
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.query(sql);
            awaitRunning(sql);
        }
        awaitNotRunning(sql);
    }

    @Test
    void refusesWhatIsNotTheirs() throws SQLException {
        try (Connection mine = router.connect();
                Connection other = as("kill_none");
                Statement kills = other.createStatement()) {
            long id = mine.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
            assertThat(error(kills, "KILL " + id)).isEqualTo(1095);
            assertThat(error(kills, "KILL QUERY " + id)).isEqualTo(1095);
            assertThat(error(kills, "KILL 4294967295")).isEqualTo(1094);
            assertThat(error(kills, "KILL 0")).isEqualTo(1094);
            assertThat(error(kills, "KILL USER foobar_app")).isEqualTo(1235);
            assertThat(error(kills, "KILL QUERY CONNECTION_ID()")).isEqualTo(1317);
            assertThat(mine.isValid(20)).isTrue();
        }
    }

    @Test
    @SuppressWarnings("try") // The early end is what is tested.
    void letsAPrivilegedUserKillOthers() throws SQLException {
        try (Connection victim = router.connect();
                Connection other = as("kill_all");
                Statement kills = other.createStatement()) {
            kills.execute(
                    "KILL " + victim.unwrap(org.mariadb.jdbc.Connection.class).getThreadId());
            await().until(() -> !victim.isValid(20));
        }
    }

    @Test
    void killsByCommand() throws IOException {
        try (MySqlWire victim = new MySqlWire(router.port());
                MySqlWire killer = new MySqlWire(router.port())) {
            victim.login();
            killer.login();
            int id = Integer.parseInt(victim.value("SELECT CONNECTION_ID()"));
            killer.send(
                    new byte[] {5, 0, 0, 0, 0x0c, (byte) id, (byte) (id >> 8), (byte) (id >> 16), (byte) (id >> 24)});
            assertThat(killer.read()[0]).isZero();
            assertThat(victim.isClosedByPeer()).isTrue();
            killer.send(new byte[] {5, 0, 0, 0, 0x0c, 0, 0, 0, 0});
            assertThat(killer.readError()).isEqualTo(1094);
        }
    }

    @Test
    void neverSendsAKillOnThatMeansOneOfTheServers() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(CapabilityFlags.OFFERED, 45);
            wire.query("SELECT 1; KILL 5");
            assertThat(wire.readError()).isEqualTo(1235);
            wire.send(new byte[] {7, 0, 0, 0, 0x16, 'K', 'I', 'L', 'L', ' ', '5'});
            assertThat(wire.readError()).isEqualTo(1235);
        }
    }

    private static Connection as(String user) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://localhost:" + router.port() + "/?user=" + user + "&password=foobar");
    }

    /** Completes with "slept", or the error's state and code. */
    private static CompletableFuture<String> runs(Statement statement, String sql) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                statement.execute(sql);
                return "slept";
            } catch (SQLException e) {
                return e.getSQLState() + " " + e.getErrorCode();
            }
        });
    }

    private static void awaitRunning(String sql) {
        await().untilAsserted(() -> assertThat(running(sql)).isPositive());
    }

    private static void awaitNotRunning(String sql) {
        await().untilAsserted(() -> assertThat(running(sql)).isZero());
    }

    private static long running(String sql) {
        long count = 0;
        for (MariaDbServer server : SharedCluster.get().servers()) {
            count += Long.parseLong(server.value("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '"
                    + sql.replace("'", "''") + "'"));
        }
        return count;
    }

    private static int error(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return 0;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    private static long value(PreparedStatement statement, int column) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(column);
        }
    }
}
