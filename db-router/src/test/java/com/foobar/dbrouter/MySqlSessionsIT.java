package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.MySqlServers;
import com.mysql.cj.jdbc.JdbcConnection;
import java.io.IOException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions through a router to a primary and a replica of MySQL 9.7. */
@Timeout(300)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlSessionsIT {
    private static MySqlPair mysql;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        mysql = MySqlPair.shared();
        MySqlServers.execute(mysql.primary(), AnswerScript.tables());
        MySqlServers.execute(
                mysql.primary(),
                "DROP TABLE IF EXISTS foobar.own",
                "CREATE TABLE foobar.own (id INT PRIMARY KEY, n INT)",
                "INSERT INTO foobar.own VALUES (1, 1)");
        router = mysql.router("read-index: {wait-limit: 10s}");
    }

    @AfterAll
    static void stop() {
        if (router != null) {
            router.close();
        }
    }

    /** As {@link CapabilitiesIT}, by MySQL. */
    @ParameterizedTest
    @CsvSource({
        "true, true, false",
        "true, false, true",
        "false, true, false",
        "false, false, false",
        "false, false, true"
    })
    void getsTheServersOwnAnswers(boolean deprecateEof, boolean sessionTrack, boolean ahead) throws Exception {
        // The server takes the short login of a user only whom it has seen.
        connect(mysql.primary().getMappedPort(3306), RouterFixture.USER, "").close();
        long capabilities = CapabilitiesIT.capabilities(deprecateEof, sessionTrack);
        Map<String, List<String>> direct = answers(mysql.primary().getMappedPort(3306), capabilities, ahead);
        if (!deprecateEof) {
            // Behind the parameters that a procedure gives back MySQL does not say to such clients that its OK follows,
            // which
            // they read all the same. The router says it.
            direct.values()
                    .forEach(packets ->
                            packets.replaceAll(packet -> packet.equals("10: fe00000200") ? "10: fe00000a10" : packet));
        }
        Map<String, List<String>> routed = answers(router.port(), capabilities, ahead);
        assertThat(direct.keySet())
                .allSatisfy(step -> assertThat(routed.get(step)).as(step).isEqualTo(direct.get(step)));
    }

    private static Map<String, List<String>> answers(int port, long capabilities, boolean ahead) throws IOException {
        try (MySqlWire wire = new MySqlWire(port)) {
            assertThat(wire.login(capabilities, 45)[0]).isZero();
            return AnswerScript.common()
                    .run(wire, CapabilityFlags.has(capabilities, CapabilityFlags.DEPRECATE_EOF), ahead);
        }
    }

    /** {@code session_track_gtids=OWN_GTID}: nobody asks the primary for its position. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void seesItsOwnWritesOnTheReplica(boolean sessionTrack) throws Exception {
        try (RouterFixture bySession = mysql.router("consistency: session", "read-index: {wait-limit: 10s}");
                MySqlWire wire = new MySqlWire(bySession.port())) {
            wire.login(CapabilitiesIT.capabilities(sessionTrack, sessionTrack), 45);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                double before = CapabilitiesIT.onReplicas(bySession);
                assertThat(wire.value("SELECT n FROM foobar.own WHERE id = 1")).isNotEmpty();
                return CapabilitiesIT.onReplicas(bySession) > before;
            });
            // After the first write the position is known.
            assertThat(wire.run("UPDATE foobar.own SET n = 0 WHERE id = 1")).isZero();
            double probes = SightIT.metric(bySession, "dbrouter_read_index_probes_total");
            double onReplica = CapabilitiesIT.onReplicas(bySession);
            for (int n = 2; n < 12; n++) {
                assertThat(wire.run("UPDATE foobar.own SET n = " + n + " WHERE id = 1"))
                        .isZero();
                assertThat(wire.value("SELECT n FROM foobar.own WHERE id = 1")).isEqualTo("" + n);
            }
            assertThat(SightIT.metric(bySession, "dbrouter_read_index_probes_total"))
                    .isEqualTo(probes);
            assertThat(CapabilitiesIT.onReplicas(bySession) - onReplica).isEqualTo(10);
        }
    }

    @Test
    void waitsForTheReplicaOrAsksThePrimaryWhereItDoesNotApply() throws Exception {
        try (RouterFixture bySession = mysql.router("consistency: session");
                Connection connection = connect(bySession.port(), RouterFixture.USER, "");
                Statement statement = connection.createStatement()) {
            MySqlServers.execute(mysql.replica(), "STOP REPLICA SQL_THREAD");
            try {
                for (int n = 100; n < 105; n++) {
                    statement.executeUpdate("UPDATE own SET n = " + n + " WHERE id = 1");
                    assertThat(number(statement, "SELECT n FROM own WHERE id = 1"))
                            .isEqualTo(n);
                }
            } finally {
                MySqlServers.execute(mysql.replica(), "START REPLICA SQL_THREAD");
            }
        }
    }

    @Test
    void killsAStatementAndASession() throws Exception {
        String sql = "SELECT id FROM answers WHERE SLEEP(120)";
        try (Connection victim = connect(router.port(), RouterFixture.USER, "");
                Connection killer = connect(router.port(), MySqlPair.KILLER, "");
                Statement sleeping = victim.createStatement();
                Statement killing = killer.createStatement()) {
            long id = number(sleeping, "SELECT CONNECTION_ID()");
            CompletableFuture<Throwable> slept = sleep(sleeping, sql);
            killing.execute("KILL QUERY " + id);
            assertThat(slept.get(60, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1317));
            assertThat(number(sleeping, "SELECT CONNECTION_ID()")).isEqualTo(id);

            CompletableFuture<Throwable> again = sleep(sleeping, sql);
            killing.execute("KILL " + id);
            assertThat(again.get(60, TimeUnit.SECONDS)).isInstanceOf(SQLException.class);
            await().untilAsserted(() -> assertThat(running(sql)).isZero());
            assertThatThrownBy(() -> number(sleeping, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(number(killing, "SELECT 1")).isEqualTo(1);
        }
    }

    private static CompletableFuture<Throwable> sleep(Statement statement, String sql) {
        CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(() -> {
            try {
                return new AssertionError("slept: " + number(statement, sql));
            } catch (SQLException e) {
                return e;
            }
        });
        await().untilAsserted(() -> assertThat(running(sql)).isPositive());
        return ended;
    }

    private static long running(String sql) {
        return MySqlPair.running(mysql.primary(), sql) + MySqlPair.running(mysql.replica(), sql);
    }

    @Test
    void doesNotLetAUserEndTheSessionsOfOthers() throws SQLException {
        try (Connection other = connect(router.port(), MySqlPair.KILLER, "");
                Connection connection = connect(router.port(), RouterFixture.USER, "");
                Statement others = other.createStatement();
                Statement statement = connection.createStatement()) {
            long id = number(others, "SELECT CONNECTION_ID()");
            assertThatThrownBy(() -> statement.execute("KILL " + id))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1095));
            assertThat(number(others, "SELECT CONNECTION_ID()")).isEqualTo(id);
        }
    }

    @Test
    void switchesUsers() throws SQLException {
        try (Connection connection = connect(router.port(), RouterFixture.USER, "")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET @mine = 1");
                assertThat(user(connection)).isEqualTo(RouterFixture.USER);
            }
            connection.unwrap(JdbcConnection.class).changeUser(MySqlPair.KILLER, "foobar");
            assertThat(user(connection)).isEqualTo(MySqlPair.KILLER);
            try (Statement statement = connection.createStatement()) {
                assertThat(number(statement, "SELECT @mine IS NULL")).isEqualTo(1);
                assertThatThrownBy(() -> statement.executeUpdate("UPDATE foobar.own SET n = 1"))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                                .isEqualTo(1142));
            }
            connection.unwrap(JdbcConnection.class).changeUser(RouterFixture.USER, "foobar");
            assertThat(user(connection)).isEqualTo(RouterFixture.USER);
            assertThatThrownBy(() -> connection.unwrap(JdbcConnection.class).changeUser(MySqlPair.KILLER, "wrong"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1045));
        }
    }

    private static String user(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void usesCursorsAndParametersThatAreGivenBack() throws SQLException {
        try (Connection connection =
                connect(router.port(), RouterFixture.USER, "&useServerPrepStmts=true&useCursorFetch=true")) {
            try (PreparedStatement query = connection.prepareStatement("SELECT id FROM answers WHERE id <= ?")) {
                query.setFetchSize(2);
                query.setInt(1, 3);
                try (ResultSet rows = query.executeQuery()) {
                    for (int id = 1; id <= 3; id++) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt(1)).isEqualTo(id);
                    }
                    assertThat(rows.next()).isFalse();
                }
            }
            try (CallableStatement call = connection.prepareCall("{CALL answer_given_back(?)}")) {
                call.setInt(1, 5);
                call.registerOutParameter(1, Types.INTEGER);
                call.execute();
                assertThat(call.getInt(1)).isEqualTo(15);
            }
        }
    }

    /** MySQL 9 puts the bodies of functions in other languages between them. */
    @ParameterizedTest
    @ValueSource(strings = {"$$", "$body$"})
    void takesDollarQuotes(String quotes) throws SQLException {
        String body = " return \"it's; FOR UPDATE\" + n; // /* `$ $\n ";
        MySqlServers.execute(
                mysql.primary(),
                "DROP FUNCTION IF EXISTS foobar.dollars",
                "SET GLOBAL log_bin_trust_function_creators=ON");
        try (Connection connection = connect(router.port(), RouterFixture.USER, "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE FUNCTION dollars(n INT) RETURNS INT DETERMINISTIC LANGUAGE JAVASCRIPT AS "
                    + quotes + body + quotes);
            // No statement: the server says so, to this client.
            assertThatThrownBy(() -> statement.execute("SELECT " + quotes + " FOR UPDATE ' " + quotes))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1064));
            assertThat(number(statement, "SELECT $o.id AS o$$ FROM own $o WHERE $o.id = 1"))
                    .isEqualTo(1);
        } finally {
            MySqlServers.execute(mysql.primary(), "SET GLOBAL log_bin_trust_function_creators=OFF");
        }
        assertThat(MySqlPair.value(
                        mysql.primary(),
                        "SELECT routine_definition FROM information_schema.routines WHERE routine_name = 'dollars'",
                        1))
                .isEqualTo(body);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static Connection connect(int port, String user, String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://localhost:" + port + "/foobar?sslMode=PREFERRED&allowPublicKeyRetrieval=true" + options,
                user,
                "foobar");
    }
}
