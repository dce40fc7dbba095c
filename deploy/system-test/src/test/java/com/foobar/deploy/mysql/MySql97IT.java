package com.foobar.deploy.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.foobar.deploy.running.ServiceProcess;
import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** app-service and db-router, from their jars, over a primary and a replica of MySQL 9.7. */
@ExtendWith(DockerAvailable.class)
class MySql97IT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private static @Nullable MySqlPair mysql;
    private static @Nullable ServiceProcess router;
    private static @Nullable ServiceProcess app;
    private static int routerPort;
    private static int appPort;

    @BeforeAll
    static void startAll() throws Exception {
        MySqlPair pair = new MySqlPair();
        mysql = pair;
        pair.start();
        routerPort = ServiceProcess.freePort();
        router = ServiceProcess.start(directory, "db-router", """
                listen: '127.0.0.1:%d'
                users: [{name: foobar_app, password: '%s'}]
                monitor: {user: foobar_monitor, password: '%s', timeout: 3s}
                servers:
                  - {name: db-1, address: '%s'}
                  - {name: db-2, address: '%s'}
                """.formatted(
                routerPort, MySqlPair.PASSWORD, MySqlPair.PASSWORD, pair.primaryAddress(), pair.replicaAddress()));
        appPort = ServiceProcess.freePort();
        app = ServiceProcess.start(directory, "app-service", """
                http: {listen: '127.0.0.1:%d'}
                database: {routers: ['127.0.0.1:%d'], password: '%s', seed: true}
                """.formatted(appPort, routerPort, MySqlPair.PASSWORD));
    }

    @AfterAll
    static void stopAll() {
        if (app != null) {
            app.close();
        }
        if (router != null) {
            router.close();
        }
        if (mysql != null) {
            mysql.close();
        }
    }

    @Test
    void applicationWritesOnThePrimaryAndReadsFromTheReplica() throws Exception {
        MySqlPair pair = Objects.requireNonNull(mysql);
        String token = SiteClient.json(
                        send(
                                "POST",
                                "/api/users",
                                null,
                                Map.of(
                                        "user",
                                        Map.of(
                                                "username",
                                                "ada",
                                                "email",
                                                "ada@example.com",
                                                "password",
                                                "long enough"))),
                        201)
                .at("/user/token")
                .asText();
        long inserts = pair.primaryStatus("Com_insert");
        String slug = publish(token, "On analytical engines");
        assertThat(pair.primaryStatus("Com_insert")).isGreaterThan(inserts);
        pair.awaitReplication();
        long primaryReads = pair.primaryStatus("Handler_read_key");
        long replicaReads = pair.replicaStatus("Handler_read_key");

        for (int i = 0; i < 100; i++) {
            assertThat(send("GET", "/api/articles/" + slug, null, null).statusCode())
                    .isEqualTo(200);
        }

        assertThat(pair.replicaStatus("Handler_read_key") - replicaReads).isGreaterThanOrEqualTo(100);
        assertThat(pair.primaryStatus("Handler_read_key") - primaryReads).isLessThan(50);
    }

    @Test
    void everyReadSeesTheWriteBeforeIt() throws Exception {
        String token = SiteClient.json(
                        send(
                                "POST",
                                "/api/users",
                                null,
                                Map.of(
                                        "user",
                                        Map.of(
                                                "username",
                                                "bob",
                                                "email",
                                                "bob@example.com",
                                                "password",
                                                "long enough"))),
                        201)
                .at("/user/token")
                .asText();
        for (int i = 0; i < 50; i++) {
            String slug = publish(token, "Number " + i);
            assertThat(send("GET", "/api/articles/" + slug, null, null).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anyClientLogsInThroughTheRouterByCachingSha2Password() throws Exception {
        try (Connection connection = connect(MySqlPair.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS note (id INT PRIMARY KEY, text VARCHAR(20))");
            statement.execute("INSERT INTO note VALUES (1, 'über')");
            try (ResultSet row = statement.executeQuery("SELECT text FROM note WHERE id = 1")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("über");
            }
        }
        assertThatThrownBy(() -> connect("wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Access denied");
    }

    private static Connection connect(String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + routerPort + "/foobar?sslMode=disable&allowPublicKeyRetrieval=true",
                "foobar_app",
                password);
    }

    private static String publish(String token, String title) throws IOException, InterruptedException {
        Map<String, Object> article = Map.of("title", title, "description", "of a test", "body", "Words.");
        return SiteClient.json(send("POST", "/api/articles", token, Map.of("article", article)), 201)
                .at("/article/slug")
                .asText();
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String token, @Nullable Object body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + appPort + path))
                .method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .header("Content-Type", "application/json");
        if (token != null) {
            request.header("Authorization", "Token " + token);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
