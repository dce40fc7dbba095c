package com.foobar.dbrouter;

import static io.vertx.core.Future.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLAuthenticationPlugin;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.mysqlclient.MySQLException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A user whose password is empty, at the router and at the servers, whatever method is offered and whatever is used. */
@Timeout(120)
class EmptyPasswordIT {
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        SharedCluster.get()
                .primary()
                .execute(
                        "CREATE OR REPLACE USER open@'%' IDENTIFIED BY ''",
                        "GRANT ALL PRIVILEGES ON foobar.* TO open@'%'");
        SharedCluster.get().awaitReplication();
    }

    @AfterAll
    static void stop() {
        await(vertx.close());
        SharedCluster.get().primary().execute("DROP USER open@'%'");
        SharedCluster.get().awaitReplication();
    }

    private static RouterFixture router(String offered) {
        return RouterFixture.start(
                        SharedCluster.get().servers(),
                        "users: [{name: open, password: ''}, {name: foobar_app, password: foobar}]",
                        "auth-plugin: " + offered)
                .ready();
    }

    @ParameterizedTest
    @CsvSource({
        "caching-sha2-password, CACHING_SHA2_PASSWORD",
        "caching-sha2-password, MYSQL_NATIVE_PASSWORD",
        "mysql-native-password, CACHING_SHA2_PASSWORD",
        "mysql-native-password, MYSQL_NATIVE_PASSWORD",
    })
    void logsInByEitherMethod(String offered, MySQLAuthenticationPlugin used) {
        try (RouterFixture router = router(offered)) {
            MySQLConnection connection = await(connect(router, "open", "", used));
            assertThat(await(connection.query("SELECT CURRENT_USER()").execute())
                            .iterator()
                            .next()
                            .getString(0))
                    .isEqualTo("open@%");
            await(connection.close());
            assertThatThrownBy(() -> await(connect(router, "open", "wrong", used)))
                    .isInstanceOf(MySQLException.class)
                    .hasMessageContaining("(using password: YES)");
            assertThatThrownBy(() -> await(connect(router, RouterFixture.USER, "", used)))
                    .isInstanceOf(MySQLException.class)
                    .hasMessageContaining("Access denied for user 'foobar_app'");
        }
    }

    private static Future<MySQLConnection> connect(
            RouterFixture router, String user, String password, MySQLAuthenticationPlugin plugin) {
        return MySQLConnection.connect(
                vertx,
                new MySQLConnectOptions()
                        .setHost("localhost")
                        .setPort(router.port())
                        .setUser(user)
                        .setPassword(password)
                        .setDatabase(MariaDbServer.DATABASE)
                        .setAuthenticationPlugin(plugin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"caching-sha2-password", "mysql-native-password"})
    void servesDriversOfBothKinds(String offered) throws SQLException {
        try (RouterFixture router = router(offered)) {
            for (String driver : new String[] {"mariadb", "mysql"}) {
                try (Connection connection = DriverManager.getConnection(
                                "jdbc:" + driver + "://localhost:" + router.port() + "/foobar?sslMode=DISABLED",
                                "open",
                                "");
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("SELECT CURRENT_USER()")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("open@%");
                }
            }
        }
    }
}
