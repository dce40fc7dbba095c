package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on, waits and fails while there is no primary, and after it has come back. */
@Timeout(120)
class PrimaryLostIT {
    private static final String READ = "SELECT n FROM orphan WHERE id = 1";
    private static final String WRITE = "UPDATE orphan SET n = n + 1 WHERE id = 1";
    private static final int NOT_REACHABLE = 1429;
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Duration BOUND = Duration.ofSeconds(40);

    private static MariaDbCluster cluster;
    private static RouterFixture patient;
    private static RouterFixture hurried;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        cluster = MariaDbCluster.start(1);
        patient = router("60s");
        hurried = router(LIMIT.toMillis() + "ms");
    }

    private static RouterFixture router(String limit) {
        return RouterFixture.start(
                        cluster.servers(),
                        "sessions: {primary-timeout: " + limit + "}",
                        "read-index: {wait-limit: 10s, primary-timeout: " + limit + "}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            patient.close();
            hurried.close();
            cluster.close();
        }
    }

    @BeforeEach
    void row() {
        cluster.primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.orphan (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.orphan VALUES (1, 0)");
        cluster.awaitReplication();
    }

    @AfterEach
    void primaryIsBack() {
        if (!cluster.primary().isRunning()) {
            cluster.primary().start();
        }
        cluster.awaitReplication();
        patient.ready();
        hurried.ready();
    }

    /** One that has come back with its primary a moment ago does not, until it is known to lack nothing. */
    @BeforeEach
    void theReplicaAnswersReads() {
        for (RouterFixture router : List.of(patient, hurried)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"db-2\"") == 1);
        }
    }

    /** What is sent meanwhile is answered then: a write that has run once, a strict read of what was there before. */
    @ParameterizedTest
    @CsvSource({WRITE + ",1", READ + ",0"})
    void waitsForThePrimaryToComeBack(String sql, int expected) throws Exception {
        try (MySqlWire client = new MySqlWire(patient.port())) {
            client.login();
            assertThat(client.run("USE foobar")).isZero();
            losePrimary();
            double before = queries();
            client.query(sql);
            Awaitility.await().until(() -> queries() > before);
            cluster.primary().start();
            client.socket().setSoTimeout(60_000);
            if (sql.equals(READ)) {
                assertThat(client.readValue()).isEqualTo("0");
            } else {
                assertThat(client.readError()).isZero();
            }
            assertThat(client.value(READ)).isEqualTo(Integer.toString(expected));
        }
    }

    private static double queries() throws IOException, InterruptedException {
        return SightIT.metric(patient, "dbrouter_commands_total", "command=\"query\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WRITE,
                "BEGIN",
                "SELECT n FROM orphan WHERE id = 1 FOR UPDATE",
            })
    void saysThatThereIsNoPrimaryWhenItsTimeIsOver(String sql) throws SQLException {
        try (Connection connection = hurried.connect();
                Statement statement = connection.createStatement()) {
            losePrimary();
            assertFailsInTime(() -> statement.execute(sql));
            cluster.primary().start();
            hurried.ready();
            assertThat(number(statement, READ)).as("nothing was run").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saysThatNobodyKnowsTheNewestWrite(boolean prepared) throws SQLException {
        try (Connection connection = hurried.connect("useServerPrepStmts=" + prepared);
                Statement statement = connection.createStatement();
                var read = connection.prepareStatement(READ)) {
            read.executeQuery().close();
            losePrimary();
            assertFailsInTime(read::executeQuery);
            assertThat(number(statement, "/* router:consistency=eventual */ " + READ))
                    .as("the session goes on")
                    .isZero();
        }
    }

    /** On a session that has written nothing, by its level or by a hint. */
    @ParameterizedTest
    @CsvSource({
        "eventual, ''",
        "session, ''",
        "token, ''",
        "token, /* router:token=$ */",
        "strict, /* router:token=$ */",
        "strict, /* router:consistency=eventual */",
    })
    void readsThatNeedNoPrimaryGoOn(String level, String hint) throws SQLException {
        String position = cluster.primary().value("SELECT @@global.gtid_binlog_pos");
        try (Connection connection = patient.connect("connectionAttributes=router_consistency:" + level);
                Statement statement = connection.createStatement()) {
            losePrimary();
            long begun = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThat(number(statement, hint.replace("$", position) + READ))
                        .isZero();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
        }
    }

    /** A replica that has the database says so in the primary's place. The Vert.x client sets nothing when it connects. */
    @Test
    void clientsGoOnConnectingToADatabase() {
        losePrimary();
        Vertx vertx = Vertx.vertx();
        long begun = System.nanoTime();
        try {
            MySQLConnection connection = await(MySQLConnection.connect(
                    vertx,
                    new MySQLConnectOptions()
                            .setHost("localhost")
                            .setPort(patient.port())
                            .setUser(RouterFixture.USER)
                            .setPassword(MariaDbServer.PASSWORD)
                            .setDatabase(MariaDbServer.DATABASE)));
            assertThat(await(connection
                                    .query("/* router:consistency=eventual */ " + READ)
                                    .execute())
                            .iterator()
                            .next()
                            .getInteger(0))
                    .isZero();
            await(connection.close());
        } finally {
            await(vertx.close());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** A replica that has what the session wrote goes on with it, and knows no newer write than that. */
    @Test
    void aSessionGoesOnReadingWhatItHasWritten() throws SQLException {
        try (Connection connection = patient.connect("connectionAttributes=router_consistency:session");
                Statement statement = connection.createStatement()) {
            statement.execute(WRITE);
            cluster.awaitReplication();
            assertThat(number(statement, READ)).isEqualTo(1);
            losePrimary();
            long begun = System.nanoTime();
            assertThat(number(statement, READ)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
        }
    }

    /** Killed; the routers have seen it. */
    private static void losePrimary() {
        cluster.primary().kill();
        for (RouterFixture router : List.of(patient, hurried)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !router.running().service().readiness().isReady());
        }
    }

    private static void assertFailsInTime(ThrowingCallable statement) {
        long begun = System.nanoTime();
        assertThatThrownBy(statement)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(NOT_REACHABLE))
                .hasMessageContaining("No primary is reachable, after ")
                .hasMessageContaining("db-1");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(LIMIT, BOUND);
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
