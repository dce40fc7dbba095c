package com.foobar.dbrouter;

import static com.foobar.dbrouter.LosablePrimary.BOUND;
import static com.foobar.dbrouter.LosablePrimary.LIMIT;
import static com.foobar.dbrouter.LosablePrimary.NOT_REACHABLE;
import static io.vertx.core.Future.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on, waits and fails while there is no primary, and after it has come back. */
@Timeout(120)
class PrimaryLostIT {
    private static final String READ = "SELECT n FROM orphan WHERE id = 1";
    private static final String WRITE = "UPDATE orphan SET n = n + 1 WHERE id = 1";

    @RegisterExtension
    private static final LosablePrimary primary = new LosablePrimary();

    /** What is sent meanwhile is answered then: a write that has run once, a strict read of what was there before. */
    @ParameterizedTest
    @CsvSource({WRITE + ",1", READ + ",0"})
    void waitsForThePrimaryToComeBack(String sql, int expected) throws Exception {
        try (MySqlWire client = new MySqlWire(primary.patient().port())) {
            client.login();
            assertThat(client.run("USE foobar")).isZero();
            primary.lose();
            double before = queries();
            client.query(sql);
            Awaitility.await().until(() -> queries() > before);
            primary.cluster().primary().start();
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
        return SightIT.metric(primary.patient(), "dbrouter_commands_total", "command=\"query\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WRITE,
                "BEGIN",
                "SELECT n FROM orphan WHERE id = 1 FOR UPDATE",
            })
    void saysThatThereIsNoPrimaryWhenItsTimeIsOver(String sql) throws SQLException {
        try (Connection connection = primary.hurried().connect();
                Statement statement = connection.createStatement()) {
            primary.lose();
            assertFailsInTime(() -> statement.execute(sql));
            primary.cluster().primary().start();
            primary.hurried().ready();
            assertThat(number(statement, READ)).as("nothing was run").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void saysThatNobodyKnowsTheNewestWrite(boolean prepared) throws SQLException {
        try (Connection connection = primary.hurried().connect("useServerPrepStmts=" + prepared);
                Statement statement = connection.createStatement();
                var read = connection.prepareStatement(READ)) {
            read.executeQuery().close();
            primary.lose();
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
        String position = primary.cluster().primary().value("SELECT @@global.gtid_binlog_pos");
        try (Connection connection = primary.patient().connect("connectionAttributes=router_consistency:" + level);
                Statement statement = connection.createStatement()) {
            primary.lose();
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
        primary.lose();
        Vertx vertx = Vertx.vertx();
        long begun = System.nanoTime();
        try {
            MySQLConnection connection = await(MySQLConnection.connect(
                    vertx,
                    new MySQLConnectOptions()
                            .setHost("localhost")
                            .setPort(primary.patient().port())
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

    /** A replica that has what the session wrote goes on with it, and knows no newer write than that. */
    @Test
    void aSessionGoesOnReadingWhatItHasWritten() throws SQLException {
        try (Connection connection = primary.patient().connect("connectionAttributes=router_consistency:session");
                Statement statement = connection.createStatement()) {
            statement.execute(WRITE);
            primary.cluster().awaitReplication();
            assertThat(number(statement, READ)).isEqualTo(1);
            primary.lose();
            long begun = System.nanoTime();
            assertThat(number(statement, READ)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
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
