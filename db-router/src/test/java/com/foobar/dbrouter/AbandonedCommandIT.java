package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MariaDbServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of a command whose client has left before its answer. */
class AbandonedCommandIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static MariaDbServer primary;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        primary = SharedCluster.get().primary();
        primary.execute("CREATE OR REPLACE TABLE foobar.abandoned (n INT)", "INSERT INTO foobar.abandoned VALUES (1)");
        router = RouterFixture.startSharing(
                        SharedCluster.get().servers(),
                        "pool: {max-connections: 1, wait-timeout: 60s}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    /** The only connection, which the statement was to be prepared on, serves the next client. */
    @Test
    void aRefusedPreparationGivesItsConnectionBack() throws Exception {
        primary.execute("CREATE OR REPLACE TABLE foobar.dropped (n INT)", "INSERT INTO foobar.dropped VALUES (1)");
        String update = "UPDATE foobar.dropped SET n = 2";
        try (Connection blocker = direct();
                Statement blocking = blocker.createStatement();
                MySqlWire leaving = new MySqlWire(router.port())) {
            leaving.login();
            send(leaving, Unpooled.buffer().writeByte(0x16).writeBytes(update.getBytes(StandardCharsets.US_ASCII)));
            int id = Unpooled.wrappedBuffer(leaving.read()).getIntLE(1);
            // It is prepared on a connection that is not there any more, and again on the next.
            primary.execute("KILL "
                    + leaving.value("SELECT /* router:primary */ id FROM information_schema.processlist"
                            + " WHERE info LIKE '%router:primary%'"));
            blocking.execute("LOCK TABLES foobar.dropped WRITE");
            send(
                    leaving,
                    Unpooled.buffer()
                            .writeByte(0x17)
                            .writeIntLE(id)
                            .writeByte(0)
                            .writeIntLE(1));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(waitingFor(update)).isEqualTo(1));
            leaving.socket().close();
            await().atMost(LONG).untilAsserted(() -> assertThat(clients()).isZero());

            blocking.execute("DROP TABLE foobar.dropped");
            blocking.execute("UNLOCK TABLES");
        }
        try (MySqlWire next = new MySqlWire(router.port())) {
            next.login();
            assertThat(next.run("UPDATE foobar.abandoned SET n = 5")).isZero();
        }
        assertThat(outcomesUnknown()).isZero();
    }

    /** Nobody is told that the outcome of the write is not known, so nothing is counted. */
    @Test
    void aWriteThatIsEndedForItIsNoError() throws Exception {
        String update = "UPDATE foobar.abandoned SET n = SLEEP(120)";
        try (MySqlWire leaving = new MySqlWire(router.port())) {
            leaving.login();
            leaving.query(update);
            await().atMost(LONG).untilAsserted(() -> assertThat(running(update)).isEqualTo(1));
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(running(update)).isZero());
        try (MySqlWire next = new MySqlWire(router.port())) {
            next.login();
            assertThat(next.run("UPDATE foobar.abandoned SET n = 6")).isZero();
        }
        assertThat(outcomesUnknown()).isZero();
    }

    private static double outcomesUnknown() throws Exception {
        return SightIT.metric(router, "dbrouter_errors_total", "kind=\"outcome_unknown\"");
    }

    private static double clients() throws Exception {
        return SightIT.metric(router, "dbrouter_client_sessions");
    }

    private static long running(String sql) {
        return Long.parseLong(
                primary.value("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '" + sql + "'"));
    }

    private static long waitingFor(String sql) {
        return Long.parseLong(primary.value("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '" + sql
                + "' AND state LIKE 'Waiting for table metadata lock%'"));
    }

    private static Connection direct() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://localhost:" + primary.port() + "/" + MariaDbServer.DATABASE
                + "?user=" + RouterFixture.USER + "&password=" + MariaDbServer.PASSWORD);
    }

    private static void send(MySqlWire wire, ByteBuf payload) throws IOException {
        wire.send(ByteBufUtil.getBytes(Unpooled.buffer()
                .writeMediumLE(payload.readableBytes())
                .writeByte(0)
                .writeBytes(payload)));
    }
}
