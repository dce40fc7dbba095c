package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that are gone without a word, as when their host loses power: no connection to them ends by itself. */
@Timeout(120)
class SilentServerIT {
    private static final String WRITE = "UPDATE foobar.silenced SET n = n + 1 WHERE id = 1";
    private static final String READ = "SELECT n FROM foobar.silenced WHERE id = 1";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HURRIED = "sessions: {primary-timeout: 1s}";

    private MariaDbCluster cluster;

    @BeforeEach
    void start() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        cluster = MariaDbCluster.start(1);
        cluster.primary()
                .execute(
                        "CREATE TABLE foobar.silenced (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.silenced VALUES (1, 0)");
        cluster.awaitReplication();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aWriteOnAPrimaryThatIsGoneIsGivenUpAndNotRepeated() throws Exception {
        try (RouterFixture router =
                        RouterFixture.start(cluster.servers(), HURRIED).ready();
                MySqlWire client = login(router)) {
            writeOnce(client);
            cluster.primary().pause();
            client.query(WRITE);
            assertThat(text(client.read()))
                    .contains("08S01", "db-1", "it may or may not have taken effect, and was not repeated");
            promote(router);
            assertThat(client.value(READ)).as("the session goes on").isEqualTo("1");
            assertThat(client.run(WRITE)).isZero();
            assertThat(client.value(READ)).isEqualTo("2");
        }
    }

    @Test
    void aTransactionOnAPrimaryThatIsGoneEndsWithItsSession() throws Exception {
        try (RouterFixture router =
                        RouterFixture.start(cluster.servers(), HURRIED).ready();
                MySqlWire client = login(router);
                MySqlWire next = login(router)) {
            assertThat(client.run("BEGIN")).isZero();
            assertThat(client.run(WRITE)).isZero();
            cluster.primary().pause();
            client.query("COMMIT");
            assertThat(text(client.read())).contains("08S01", "db-1", "the open transaction");
            assertThat(client.isClosedByPeer()).isTrue();
            promote(router);
            assertThat(next.run(WRITE)).isZero();
            assertThat(next.value(READ)).isEqualTo("1");
        }
    }

    /** Though it was found unreachable meanwhile. */
    @Test
    void aWriteIsAnsweredByAServerThatOnlyWasSlow() throws Exception {
        try (RouterFixture router = RouterFixture.start(cluster.servers(), "sessions: {primary-timeout: 60s}")
                        .ready();
                MySqlWire client = login(router)) {
            writeOnce(client);
            cluster.primary().pause();
            client.query(WRITE);
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> !router.running().service().readiness().isReady());
            cluster.primary().resume();
            assertThat(client.readError()).isZero();
            assertThat(client.value("/* router:primary */ " + READ)).isEqualTo("2");
        }
    }

    /** The connection that it has run on is there for the next one. */
    private void writeOnce(MySqlWire client) throws Exception {
        assertThat(client.run(WRITE)).isZero();
        cluster.awaitReplication();
    }

    private static MySqlWire login(RouterFixture router) throws Exception {
        MySqlWire client = new MySqlWire(router.port());
        client.login();
        client.socket().setSoTimeout((int) LIMIT.toMillis());
        return client;
    }

    private void promote(RouterFixture router) {
        cluster.replica(0).execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only=0");
        router.ready();
    }

    private static String text(byte[] packet) {
        return new String(packet, StandardCharsets.UTF_8);
    }
}
