package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MySqlServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;

/**
 * Logins to MySQL 9.7, which has TLS by itself and {@code caching_sha2_password} only, and by its own driver to the router.
 */
@Timeout(300)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlLoginIT {
    @TempDir
    static Path directory;

    private static GenericContainer<?> server;
    private static String verifier;

    @BeforeAll
    static void start() throws SQLException {
        server = MySqlServers.server(1);
        server.start();
        MySqlServers.execute(
                server,
                "CREATE USER foobar_monitor@'%' IDENTIFIED BY 'foobar'",
                "GRANT REPLICATION CLIENT, PROCESS ON *.* TO foobar_monitor@'%'",
                "CREATE DATABASE foobar",
                "CREATE USER foobar_app@'%' IDENTIFIED BY 'foobar'",
                "GRANT ALL ON foobar.* TO foobar_app@'%'",
                "CREATE USER secured@'%' IDENTIFIED BY 'foobar' REQUIRE SSL",
                "GRANT ALL ON foobar.* TO secured@'%'",
                "CREATE USER open@'%' IDENTIFIED BY ''",
                "GRANT ALL ON foobar.* TO open@'%'");
        server.copyFileFromContainer(
                "/var/lib/mysql/ca.pem", directory.resolve("ca.pem").toString());
        try (Connection root = MySqlServers.connect(server);
                Statement statement = root.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CONCAT('0x', HEX(authentication_string)) FROM mysql.user WHERE user = 'foobar_app'")) {
            assertThat(rows.next()).isTrue();
            verifier = rows.getString(1);
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop();
        }
    }

    /** The server forgets whom it has seen: the next login of each user has to take the full way. */
    @BeforeEach
    void coolTheCacheOfTheServer() {
        MySqlServers.execute(server, "FLUSH PRIVILEGES");
    }

    private static RouterFixture router(String mode) {
        String ca = mode.startsWith("verify") ? ", ca: '" + directory.resolve("ca.pem") + "'" : "";
        return RouterFixture.start(
                        "servers: [{name: db-1, address: '" + MySqlServers.address(server) + "'}]\n",
                        "users: [{name: foobar_app, verifier: '" + verifier + "'}, {name: secured, password: foobar},"
                                + " {name: open, password: ''}]",
                        "tls: {development-directory: '" + directory.resolve("tls") + "'}",
                        "server-tls: {mode: " + mode + ca + "}",
                        "pool: {connect-timeout: 30s}")
                .ready();
    }

    @ParameterizedTest
    @CsvSource({
        "disabled, sslMode=DISABLED&allowPublicKeyRetrieval=true",
        "disabled, sslMode=REQUIRED",
        "required, sslMode=DISABLED&allowPublicKeyRetrieval=true",
        "verify-ca, sslMode=REQUIRED",
    })
    void takesTheFullWayOnBothSides(String mode, String options) throws SQLException {
        try (RouterFixture router = router(mode)) {
            assertThatThrownBy(() -> connect(router, "foobar_app", "wrong", options))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1045));
            for (int login = 0; login < 2; login++) {
                try (Connection connection = connect(router, "foobar_app", "foobar", options);
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(2).isEmpty()).isEqualTo(mode.equals("disabled"));
                }
            }
        }
    }

    @Test
    void servesAUserOfWhomTheServerRequiresTls() throws SQLException {
        try (RouterFixture router = router("required")) {
            connect(router, "secured", "foobar", "sslMode=REQUIRED").close();
        }
        try (RouterFixture router = router("disabled")) {
            assertThatThrownBy(() -> connect(router, "secured", "foobar", "sslMode=REQUIRED"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1045));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled", "required"})
    void servesAUserWithoutAPassword(String mode) throws SQLException {
        try (RouterFixture router = router(mode)) {
            assertThatThrownBy(() -> connect(router, "open", "wrong", "sslMode=REQUIRED"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1045));
            try (Connection connection = connect(router, "open", "", "sslMode=DISABLED");
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT CURRENT_USER()")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("open@%");
            }
        }
    }

    private static Connection connect(RouterFixture router, String user, String password, String options)
            throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://localhost:" + router.port() + "/foobar?" + options, user, password);
    }
}
