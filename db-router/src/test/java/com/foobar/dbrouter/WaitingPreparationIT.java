package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An execution whose statement has to be prepared first where it runs, and waits for that, can be ended like one that runs. */
@OnBothDatabases
class WaitingPreparationIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String UPDATE = "UPDATE foobar.awaited SET n = 2";
    private static final int INTERRUPTED = 1317;
    private static final int OVER_TIME = 3024;

    private static DatabaseServer primary;
    private static RouterFixture router;

    /** Reads the table in a transaction, so that another one's DDL waits, and whatever comes to the table behind that. */
    private Connection reader;

    private CompletableFuture<Void> change;

    @BeforeAll
    static void start() {
        primary = TestedCluster.get().primary();
        primary.execute(
                "DROP TABLE IF EXISTS foobar.awaited, foobar.beside",
                "CREATE TABLE foobar.awaited (n INT)",
                "CREATE TABLE foobar.beside (n INT)",
                "INSERT INTO foobar.awaited VALUES (1)",
                "INSERT INTO foobar.beside VALUES (0)");
        router = start("foobar_app, password: foobar");
    }

    /** All is prepared on the one connection, and not any more when that has ended. */
    private static RouterFixture start(String user) {
        return RouterFixture.startSharing(
                        TestedCluster.get().servers(),
                        "pool: {max-connections: 1, wait-timeout: 60s}",
                        "monitor: {timeout: 20s}",
                        "users: [{name: " + user + "}]")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @BeforeEach
    void startOver() throws SQLException {
        primary.execute("UPDATE foobar.beside SET n = 0");
        reader = primary.connectAsRoot();
    }

    @AfterEach
    void nothingHasRun() throws SQLException {
        reader.close();
        change.join();
        assertThat(primary.value("SELECT n FROM foobar.awaited")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsWithItsClient(boolean inTransaction) throws Exception {
        try (MySqlWire leaving = new MySqlWire(router.port())) {
            executeBehindChange(router, leaving, inTransaction);
            awaitPreparations(1);
        }
        awaitPreparations(0);
        // Not behind the transaction's lock of the row.
        primary.execute("UPDATE foobar.beside SET n = n + 5");
        try (MySqlWire next = new MySqlWire(router.port())) {
            next.login();
            assertThat(next.value("SELECT n FROM foobar.beside FOR UPDATE")).isEqualTo("5");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsByAKillQuery(boolean inTransaction) throws Exception {
        try (MySqlWire client = new MySqlWire(router.port());
                MySqlWire killer = new MySqlWire(router.port())) {
            executeBehindChange(router, client, inTransaction);
            awaitPreparations(1);
            killer.login();
            assertThat(killer.run("KILL QUERY "
                            + Integer.toUnsignedString(client.greeted().connectionId())))
                    .isZero();
            assertThat(client.readError()).isEqualTo(INTERRUPTED);
            awaitPreparations(0);
            assertGoesOn(client, inTransaction);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsWithItsTime(boolean inTransaction) throws Exception {
        try (RouterFixture limited = start("foobar_app, password: foobar, max-statement-time: 6s");
                MySqlWire client = new MySqlWire(limited.port())) {
            executeBehindChange(limited, client, inTransaction);
            assertThat(client.readError()).isEqualTo(OVER_TIME);
            awaitPreparations(0);
            assertGoesOn(client, inTransaction);
        }
    }

    /** The session, and where it is in one the transaction. */
    private static void assertGoesOn(MySqlWire client, boolean inTransaction) throws IOException {
        assertThat(client.value("SELECT n FROM foobar.beside FOR UPDATE")).isEqualTo(inTransaction ? "1" : "0");
        assertThat(client.run("COMMIT")).isZero();
        assertThat(primary.value("SELECT n FROM foobar.beside")).isEqualTo(inTransaction ? "1" : "0");
    }

    private void executeBehindChange(RouterFixture through, MySqlWire client, boolean inTransaction)
            throws IOException, SQLException {
        client.login();
        client.prepare(UPDATE);
        ByteBuf prepared = Unpooled.wrappedBuffer(client.read());
        assertThat(prepared.getByte(0)).isZero();
        endConnections(through);
        if (inTransaction) {
            client.query("BEGIN");
            assertThat(client.readError()).isZero();
            client.query("UPDATE foobar.beside SET n = 1");
            assertThat(client.readError()).isZero();
        }
        block();
        client.send(ByteBufUtil.getBytes(Unpooled.buffer()
                .writeMediumLE(10)
                .writeByte(0)
                .writeByte(0x17)
                .writeIntLE(prepared.getIntLE(1))
                .writeByte(0)
                .writeIntLE(1)));
    }

    private void block() throws SQLException {
        try (Statement reads = reader.createStatement()) {
            reads.execute("BEGIN");
            reads.execute("SELECT n FROM foobar.awaited");
        }
        String alter = "ALTER TABLE foobar.awaited COMMENT = 'changed'";
        change = CompletableFuture.runAsync(() -> primary.execute(alter));
        await().atMost(LONG).until(() -> waiting(alter).equals("1"));
    }

    private static String waiting(String sql) {
        return primary.value("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '"
                + sql.replace("'", "''") + "' AND state LIKE 'Waiting for table metadata lock%'");
    }

    private static void endConnections(RouterFixture through) {
        for (var connection : primary.rows(
                "SELECT id AS id FROM information_schema.processlist WHERE user = '" + RouterFixture.USER + "'")) {
            primary.execute("KILL " + connection.get("id"));
        }
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(SightIT.metric(through, "dbrouter_pool_idle", "server=\"db-1\""))
                        .isZero());
    }

    private static void awaitPreparations(int count) {
        await().atMost(LONG).until(() -> waiting(UPDATE).equals(Integer.toString(count)));
    }
}
