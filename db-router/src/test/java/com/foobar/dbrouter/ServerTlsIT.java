package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.Neighbour;
import com.foobar.kit.testing.MariaDbServer;
import com.foobar.kit.tls.DevelopmentCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to a server, of sessions' connections and of the router's own. */
class ServerTlsIT {
    @TempDir
    static Path directory;

    /** Its certificate names localhost, not 127.0.0.1. */
    private static MariaDbServer server;

    @BeforeAll
    static void start() {
        for (String authority : List.of("one", "other")) {
            new DevelopmentCa(directory.resolve(authority)).identity(List.of("localhost"));
        }
        use("one");
        server = MariaDbServer.start(
                1,
                "--ssl",
                "--ssl-cert=" + directory.resolve("server.pem"),
                "--ssl-key=" + directory.resolve("server-key.pem"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static void use(String authority) {
        try {
            for (String file : List.of("server.pem", "server-key.pem")) {
                Files.copy(
                        directory.resolve(authority).resolve(file),
                        directory.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String authority(String name) {
        return directory.resolve(name).resolve("ca.pem").toString();
    }

    private static RouterFixture router(String host, String tls) {
        return RouterFixture.start(
                "servers: [{name: db-1, address: '" + host + ":" + server.port() + "'}]\n",
                "server-tls: {" + tls + "}",
                "sessions: {primary-timeout: 1s}",
                "pool: {connect-timeout: 30s}");
    }

    private static String cipher(RouterFixture router) throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode: preferred",
                "mode: required",
                "mode: verify-ca, ca: '%s'",
                "mode: verify-identity, ca: '%s'"
            })
    void protectsConnectionsOfSessions(String mode) throws SQLException {
        try (RouterFixture router =
                router("localhost", mode.formatted(authority("one"))).ready()) {
            assertThat(cipher(router)).isNotEmpty();
            try (Connection connection = router.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT REPEAT('x', 1000000) FROM seq_1_to_10")) {
                int count = 0;
                while (rows.next()) {
                    assertThat(rows.getString(1)).hasSize(1_000_000);
                    count++;
                }
                assertThat(count).isEqualTo(10);
            }
        }
    }

    @Test
    void goesInClearWhereItIsToldTo() throws SQLException {
        try (RouterFixture router = router("localhost", "mode: disabled").ready()) {
            assertThat(cipher(router)).isEmpty();
        }
    }

    @Test
    void protectsTheConnectionsOfItsOwn() throws SQLException {
        try (Connection administrator = server.connectAsRoot();
                Statement statement = administrator.createStatement()) {
            statement.execute("SET GLOBAL require_secure_transport = ON");
            try (RouterFixture router = router("localhost", "mode: required").ready()) {
                assertThat(cipher(router)).isNotEmpty();
            } finally {
                statement.execute("SET GLOBAL require_secure_transport = OFF");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost verify-ca other", "localhost verify-identity other", "127.0.0.1 verify-identity one"})
    void hasNothingToDoWithAServerThatIsNotTheOneMeant(String text) {
        String[] words = text.split(" ");
        try (RouterFixture router = router(words[0], "mode: " + words[1] + ", ca: '" + authority(words[2]) + "'")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> state(router).contains("unreachable"));
            assertThatThrownBy(router::connect).hasMessageContaining("No primary is reachable");
        }
    }

    @Test
    void verifiesAuthoritiesWithoutNames() {
        try (RouterFixture router = router("127.0.0.1", "mode: verify-ca, ca: '" + authority("one") + "'")
                .ready()) {
            assertThat(router.running().service().readiness().isReady()).isTrue();
        }
    }

    @Test
    void verifiesEveryNewConnectionOfASession() throws SQLException {
        try (RouterFixture router = router("localhost", "mode: verify-ca, ca: '" + authority("one") + "'")
                .ready()) {
            try {
                use("other");
                server.execute("FLUSH SSL");
                assertThatThrownBy(() -> connect(router))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("no TLS with the server (server-tls)");
            } finally {
                use("one");
                server.execute("FLUSH SSL");
            }
            connect(router).close();
        }
    }

    private static Connection connect(RouterFixture router) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://localhost:" + router.port() + "/" + MariaDbServer.DATABASE
                + "?user=" + RouterFixture.USER + "&password=" + MariaDbServer.PASSWORD);
    }

    @Test
    void refusesAServerWithoutTlsWhereItIsRequired() {
        try (RouterFixture router =
                RouterFixture.start(SharedCluster.get().servers(), "server-tls: {mode: required}")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> state(router).contains("unreachable"));
            assertThat(router.running().service().readiness().isReady()).isFalse();
        }
    }

    private static String state(RouterFixture router) {
        return router.running().service().neighbours().stream()
                .map(Neighbour::state)
                .findFirst()
                .orElse("");
    }
}
