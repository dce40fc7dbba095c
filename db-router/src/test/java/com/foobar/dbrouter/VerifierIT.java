package com.foobar.dbrouter;

import static io.vertx.core.Future.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLAuthOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of whom the settings have a verifier, not the password. */
@Timeout(120)
class VerifierIT {
    /** What a MySQL server keeps of {@link MariaDbServer#PASSWORD} for caching_sha2_password, of a salt made up here. */
    private static final String SHA2 = "0x244124303035246B4D337A517038577654367942316E5872394C63"
            + "5868394A37306D4B5A77747065646F6A68316266665148367061726C73667258715A5349374A38776E4533";

    private static final String NATIVE = "*9B500343BC52E2911172EB52AE5CF4847604C6E5";

    @TempDir
    static Path directory;

    private static Vertx vertx;
    /** Made by each test. */
    private RouterFixture router;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        await(vertx.close());
    }

    @AfterEach
    void stop() {
        router.close();
    }

    private void start(String users) {
        router = RouterFixture.start(
                        SharedCluster.get().servers(),
                        "users: " + users,
                        "auth-plugin: caching-sha2-password",
                        "tls: {development-directory: '" + directory + "'}")
                .ready();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sslMode=trust", "allowPublicKeyRetrieval=true"})
    void learnsThePasswordFromTheFirstLogin(String options) throws SQLException {
        start("[{name: foobar_app, verifier: '" + SHA2 + "'}]");
        assertThatThrownBy(() -> connect("foobar_app", "wrong", options))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
        // The second one has the fast way, and the learned password opens connections to the servers.
        for (int login = 0; login < 2; login++) {
            try (Connection connection = connect("foobar_app", MariaDbServer.PASSWORD, options);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT CURRENT_USER()")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("foobar_app@%");
            }
            assertThatThrownBy(() -> connect("foobar_app", "wrong", options))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1045));
        }
    }

    @Test
    void needsNoKeyFromAClientOnceThePasswordIsKnown() throws SQLException {
        start("[{name: foobar_app, verifier: '" + SHA2 + "'}]");
        assertThatThrownBy(() -> connect("foobar_app", MariaDbServer.PASSWORD, ""))
                .isInstanceOf(SQLException.class);
        connect("foobar_app", MariaDbServer.PASSWORD, "sslMode=trust").close();
        connect("foobar_app", MariaDbServer.PASSWORD, "").close();
    }

    @Test
    void servesANativeVerifierOfANativeLogin() throws SQLException {
        start("[{name: foobar_app, verifier: '" + NATIVE + "'}]");
        assertThatThrownBy(() -> connect("foobar_app", "wrong", ""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
        try (Connection connection = connect("foobar_app", MariaDbServer.PASSWORD, "");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    @Test
    void changesToAUserWithAVerifier() {
        start("[{name: root, password: foobar}, {name: foobar_app, verifier: '" + SHA2 + "'}]");
        MySQLConnection connection = await(MySQLConnection.connect(
                vertx,
                new MySQLConnectOptions()
                        .setHost("localhost")
                        .setPort(router.port())
                        .setUser("root")
                        .setPassword(MariaDbServer.PASSWORD)));
        await(connection.changeUser(new MySQLAuthOptions()
                .setUser("foobar_app")
                .setPassword(MariaDbServer.PASSWORD)
                .setDatabase(MariaDbServer.DATABASE)));
        assertThat(await(connection.query("SELECT CURRENT_USER()").execute())
                        .iterator()
                        .next()
                        .getString(0))
                .isEqualTo("foobar_app@%");
        await(connection.close());
    }

    private Connection connect(String user, String password, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://localhost:" + router.port() + "/" + MariaDbServer.DATABASE
                + "?user=" + user + "&password=" + password + "&" + options);
    }
}
