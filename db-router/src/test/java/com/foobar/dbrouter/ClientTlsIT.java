package com.foobar.dbrouter;

import static io.vertx.core.Future.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.dbrouter.auth.CachingSha2Password;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.HandshakeResponse41;
import com.foobar.kit.testing.MariaDbServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.mysqlclient.SslMode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients over TLS, and what a client may not do around it. */
@Timeout(120)
class ClientTlsIT {
    /** More than any client of these tests needs on a busy machine. */
    private static final int LOGIN_LIMIT_SECONDS = 15;

    @TempDir
    static Path directory;

    private static RouterFixture router;
    private static RouterFixture strict;
    private static Path authority;
    private static SSLContext trusting;

    @BeforeAll
    static void start() throws Exception {
        String tls = "tls: {development-directory: '" + directory.resolve("tls") + "'}";
        router = RouterFixture.start(
                        SharedCluster.get().servers(),
                        tls,
                        "sessions: {handshake-timeout: " + LOGIN_LIMIT_SECONDS + "s}")
                .ready();
        strict = RouterFixture.start(SharedCluster.get().servers(), tls, "require-tls: true")
                .ready();
        authority = directory.resolve("tls/ca.pem");
        trusting = TestTrust.in(authority);
    }

    @AfterAll
    static void stop() {
        router.close();
        strict.close();
    }

    @Test
    void servesTheCommandLineClient() throws Exception {
        MariaDbShell shell = MariaDbShell.bundled(Files.createDirectory(directory.resolve("shell")));
        assertThat(shell.run(
                        router.port(),
                        RouterFixture.USER,
                        MariaDbServer.PASSWORD,
                        "status\nSELECT 6 * 7;\n",
                        "--ssl-ca=" + authority,
                        "--ssl-verify-server-cert"))
                .contains("Cipher in use is", "cert is OK")
                .contains("42");
    }

    /** As it does by default: no authority is known to it, and it insists on a verified certificate. */
    @Test
    void convincesClientsOfMariaDbThatKnowNoAuthorityByThePassword() throws Exception {
        MariaDbShell shell = MariaDbShell.bundled(Files.createDirectory(directory.resolve("plain-shell")));
        String script = "status\nSELECT 6 * 7;\n";
        assertThat(shell.run(router.port(), RouterFixture.USER, MariaDbServer.PASSWORD, script))
                .contains("Cipher in use is")
                .contains("42");
        // Twice, as the second connection may resume the first one's TLS session.
        for (int i = 0; i < 2; i++) {
            router.connect("sslMode=verify-full").close();
        }
    }

    @Test
    void servesTheVertxClientThatVerifiesTheName() {
        Vertx vertx = Vertx.vertx();
        try {
            MySQLConnectOptions options = new MySQLConnectOptions()
                    .setHost("localhost")
                    .setPort(router.port())
                    .setUser(RouterFixture.USER)
                    .setPassword(MariaDbServer.PASSWORD)
                    .setSslMode(SslMode.VERIFY_IDENTITY)
                    .setSslOptions(new ClientSSLOptions()
                            .setHostnameVerificationAlgorithm("HTTPS")
                            .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString())));
            MySQLConnection connection = await(MySQLConnection.connect(vertx, options));
            assertThat(connection.isSSL()).isTrue();
            assertThat(await(connection.query("SELECT 42").execute())
                            .iterator()
                            .next()
                            .getInteger(0))
                    .isEqualTo(42);
            await(connection.close());
        } finally {
            await(vertx.close());
        }
    }

    @Test
    void carriesLongStatementsAndLongAnswersOfJdbc() throws SQLException {
        try (Connection connection = router.connect("sslMode=verify-full", "serverSslCert=" + authority);
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT REPEAT('x', 1000000) FROM seq_1_to_30")) {
                int count = 0;
                while (rows.next()) {
                    assertThat(rows.getString(1)).hasSize(1_000_000);
                    count++;
                }
                assertThat(count).isEqualTo(30);
            }
            try (ResultSet rows = statement.executeQuery("SELECT LENGTH('" + "y".repeat(5_000_000) + "')")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(5_000_000);
            }
        }
    }

    @Test
    void takesTheFirstRecordInOneWriteWithTheRequest() throws Exception {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.greeting();
            wire.startTlsInOneWrite(trusting);
            assertThat(wire.login()[0]).isZero();
            assertThat(wire.value("SELECT 42")).isEqualTo("42");
        }
    }

    /** Other routers have spun on such a connection, with a core each (ProxySQL 2244, 3069). */
    @Test
    void costsNoTimeWhileNothingIsSent() throws Exception {
        try (MySqlWire idle = new MySqlWire(router.port());
                MySqlWire broken = new MySqlWire(router.port());
                MySqlWire ending = new MySqlWire(router.port());
                MySqlWire clock = new MySqlWire(router.port())) {
            clock.login();
            Socket carrier = broken.socket();
            for (MySqlWire wire : List.of(idle, broken, ending)) {
                wire.greeting();
                wire.startTls(trusting);
                assertThat(wire.login()[0]).isZero();
                assertThat(wire.value("SELECT 5")).isEqualTo("5");
            }
            // The first bytes of a record; a close_notify.
            carrier.getOutputStream().write(new byte[] {23, 3, 3});
            ending.socket().shutdownOutput();
            long before = eventLoopsNanos();
            assertThat(before).isPositive();
            assertThat(clock.value("SELECT SLEEP(2) + 6")).isEqualTo("6");
            assertThat(Duration.ofNanos(eventLoopsNanos() - before)).isLessThan(Duration.ofMillis(500));
            assertThat(idle.value("SELECT 7")).isEqualTo("7");
        }
    }

    /** Processor time that all event loops have had. */
    private static long eventLoopsNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().contains("eventloop"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    @Test
    void takesNothingSentInClearBehindTheRequestForAPacket() throws Exception {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            byte[] nonce = wire.greeting().nonce();
            ByteBuf both = Unpooled.buffer().writeBytes(ByteBufUtil.decodeHexDump(MySqlWire.SSL_REQUEST));
            ByteBuf login = new HandshakeResponse41(
                            (CapabilityFlags.OFFERED & ~CapabilityFlags.CONNECT_WITH_DB) | CapabilityFlags.SSL,
                            1 << 24,
                            45,
                            RouterFixture.USER,
                            CachingSha2Password.scramble(
                                    MariaDbServer.PASSWORD.getBytes(StandardCharsets.UTF_8), nonce),
                            null,
                            CachingSha2Password.PLUGIN,
                            Map.of())
                    .write(UnpooledByteBufAllocator.DEFAULT, 2);
            wire.send(ByteBufUtil.getBytes(both.writeBytes(login)));
            byte[] answer = new byte[64];
            int length = wire.readSome(answer);
            // At most an alert of TLS (content type 21); never an OK or AuthMoreData.
            assertThat(length <= 0 || answer[0] == 21).isTrue();
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void refusesALoginInClearThatAnnouncesTls() throws Exception {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(CapabilityFlags.OFFERED | CapabilityFlags.SSL, 45);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
        try (MySqlWire wire = new MySqlWire(router.port())) {
            byte[] answer = wire.login(CapabilityFlags.OFFERED | CapabilityFlags.SSL, 45);
            assertThat(new String(answer, StandardCharsets.UTF_8)).contains("a request for TLS of");
        }
    }

    @Test
    void endsClientsThatGoSilentBeforeOrBehindTheHandshakeOfTls() throws Exception {
        try (MySqlWire before = new MySqlWire(router.port());
                MySqlWire behind = new MySqlWire(router.port())) {
            behind.greeting();
            behind.startTls(trusting);
            before.greeting();
            before.sendHex(MySqlWire.SSL_REQUEST);
            for (MySqlWire silent : List.of(before, behind)) {
                silent.socket().setSoTimeout(4 * LOGIN_LIMIT_SECONDS * 1000);
            }
            assertThat(before.socket().getInputStream().read())
                    .as("nothing in clear where TLS is to begin")
                    .isNegative();
            assertThat(behind.readError()).isEqualTo(1159);
            assertThat(behind.readSequence()).isEqualTo(2);
            assertThat(behind.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void saysToMalformedLoginsInTlsWhatIsWrong() throws Exception {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.greeting();
            wire.startTls(trusting);
            wire.sendHex("0100000200");
            assertThat(wire.readError()).isEqualTo(1835);
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void refusesClientsInClearWhereTlsIsRequired() {
        assertThatThrownBy(strict::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(3159))
                .hasMessageContaining("insecure transport");
    }

    @Test
    void letsClientsWithTlsInWhereItIsRequired() throws SQLException {
        try (Connection connection = strict.connect("sslMode=trust");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    @Test
    void tellsClientsThatDemandTlsWhereNoneIsOffered() throws Exception {
        try (RouterFixture clear =
                RouterFixture.start(SharedCluster.get().servers()).ready()) {
            assertThatThrownBy(() -> clear.connect("sslMode=trust"))
                    .hasMessageContaining("Trying to connect with ssl, but ssl not enabled in the server");
            try (MySqlWire wire = new MySqlWire(clear.port())) {
                assertThat(CapabilityFlags.has(wire.greeting().capabilities(), CapabilityFlags.SSL))
                        .isFalse();
                wire.sendHex(MySqlWire.SSL_REQUEST);
                assertThat(wire.readError()).isEqualTo(1043);
                assertThat(wire.isClosedByPeer()).isTrue();
            }
        }
    }

    @Test
    void refusesCompressionThatWasNotOffered() throws IOException {
        for (int flag : new int[] {CapabilityFlags.COMPRESS, CapabilityFlags.ZSTD_COMPRESSION_ALGORITHM}) {
            try (MySqlWire wire = new MySqlWire(router.port())) {
                byte[] answer = wire.login(CapabilityFlags.OFFERED | flag, 45);
                assertThat(Buffer.buffer(answer).getUnsignedShortLE(1)).isEqualTo(1043);
                assertThat(new String(answer, StandardCharsets.UTF_8)).contains("compression");
                assertThat(wire.isClosedByPeer()).isTrue();
            }
        }
    }

    @Test
    void servesNewConnectionsByARenewedCertificate() throws Exception {
        Path files = Files.createDirectory(directory.resolve("files"));
        copyIdentity(directory.resolve("tls"), files);
        try (RouterFixture renewing = RouterFixture.start(
                        SharedCluster.get().servers(),
                        "tls: {certificate: '%s', key: '%s', reload-interval: 1s}"
                                .formatted(files.resolve("cert.pem"), files.resolve("key.pem")))
                .ready()) {
            String options = "serverSslCert=";
            renewing.connect("sslMode=verify-full", options + authority).close();
            Path other = directory.resolve("other-tls");
            RouterFixture.start(SharedCluster.get().servers(), "tls: {development-directory: '" + other + "'}")
                    .close();
            copyIdentity(other, files);
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> renewing.connect("sslMode=verify-full", options + other.resolve("ca.pem"))
                            .close());
            assertThatThrownBy(() -> renewing.connect("sslMode=verify-full", options + authority))
                    .isInstanceOf(SQLException.class);
        }
    }

    private static void copyIdentity(Path from, Path to) throws IOException {
        Files.writeString(to.resolve("key.pem"), Files.readString(from.resolve("server-key.pem")));
        Files.writeString(to.resolve("cert.pem"), Files.readString(from.resolve("server.pem")));
    }
}
