package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as a process of its own. */
@ExtendWith(SharedDatabase.class)
class ProcessIT {
    private static final Path JAR = Path.of("target/app-service.jar");

    private final DatabaseServer database;

    @TempDir
    private Path directory;

    private @Nullable Process process;

    ProcessIT(DatabaseServer database) {
        this.database = database;
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void servesAndEndsInOrder() throws IOException, InterruptedException, SQLException {
        int port = freePort();
        start("http: {listen: 'localhost:" + port + "'}\ndatabase:\n" + TestApp.routers(database));
        ApiClient client = new ApiClient(port);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> client.get("/health/ready").status() == 200);
        assertThat(client.get("/api/tags").status()).isEqualTo(200);

        try (Connection blocker = database.connectAsRoot();
                Statement statement = blocker.createStatement()) {
            statement.execute("LOCK TABLES foobar.article_tags WRITE");
            CompletableFuture<ApiClient.Answer> inFlight = client.sendAsync("GET", "/api/tags", null);
            await().until(() -> !database.rows(
                            "SELECT 1 FROM information_schema.processlist" + " WHERE state LIKE 'Waiting for table%'")
                    .isEmpty());
            running().destroy();
            await().until(() -> log().contains("stopping"));
            statement.execute("UNLOCK TABLES");
            assertThat(inFlight.join().status()).isEqualTo(200);
        }
        assertThat(running().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(log()).contains("stopped").doesNotContain("Exception", "ERROR");
    }

    @Test
    void logsWhatEachRequestCost() throws IOException {
        int port = freePort();
        start("http: {listen: 'localhost:" + port + "'}\ndatabase:\n" + TestApp.routers(database));
        ApiClient client = new ApiClient(port);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> client.get("/health/ready").status() == 200);
        ApiClient author = client.asNewUser();
        String article = "/api/articles/" + author.write(ApiClient.unique("Logged"), "a", "b");
        String list = "/api/articles?author=" + author.username();
        assertThat(client.get(list).status()).isEqualTo(200);
        assertThat(author.get(article).status()).isEqualTo(200);
        for (String name : List.of(author.username(), ApiClient.unique("nobody"))) {
            JsonObject user =
                    new JsonObject().put("email", name + "@example.com").put("password", "a wrong one");
            assertThat(client.post("/api/users/login", new JsonObject().put("user", user))
                            .status())
                    .isEqualTo(401);
        }
        await().until(() -> accessLines("POST /api/users/login").size() == 2
                && !accessLines("GET " + list).isEmpty()
                && !accessLines("GET " + article).isEmpty());

        assertThat(accessLines("GET " + list))
                .singleElement()
                .asString()
                .matches(accessLine(200, "/api/articles", 2, 2));
        assertThat(accessLines("GET " + article))
                .singleElement()
                .asString()
                .matches(accessLine(200, "/api/articles/:slug", 1, 1));
        assertThat(accessLines("POST /api/users/login"))
                .satisfiesExactly(
                        known -> assertThat(known).matches(accessLine(401, "/api/users/login", 1, 1)),
                        unknown -> assertThat(unknown).matches(accessLine(401, "/api/users/login", 1, 0)));
        assertThat(log()).doesNotContain("a wrong one", author.username() + "@", author.token());
    }

    @Test
    void logsWhatItCannotRead() throws IOException {
        int port = freePort();
        start("http: {listen: 'localhost:" + port + "', max-header: 1KiB}\ndatabase:\n" + TestApp.routers(database));
        ApiClient client = new ApiClient(port);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> client.get("/health/ready").status() == 200);
        assertThat(client.send("GET", "/api/nothing", null, "X-Long", "x".repeat(2000))
                        .status())
                .isEqualTo(431);
        await().untilAsserted(() -> assertThat(log()).containsPattern("\" 431 \\d+B .* id=[0-9a-v]{20} .* route=none"));
    }

    private List<String> accessLines(String request) throws IOException {
        return log().lines()
                .filter(line -> line.contains("\"" + request + "\""))
                .toList();
    }

    private static String accessLine(int status, String route, int statements, int rows) {
        return "20\\d\\d-[\\d-]{5}T[\\d:.]{12}Z INFO  .*access: 127\\.0\\.0\\.1 \"[^\"]*\" " + status
                + " [1-9]\\d*B \\d+\\.\\d{3}ms id=[0-9a-v]{20} trace=[0-9a-f]{32} route=" + Pattern.quote(route)
                + " statements=" + statements + " rows=" + rows;
    }

    @Test
    void namesTheSettingWhosePortIsTaken() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0)) {
            start("http: {listen: 'localhost:" + taken.getLocalPort() + "'}\n");
            assertThat(running().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(running().exitValue()).isEqualTo(1);
            assertThat(log())
                    .contains("http.listen: cannot listen on localhost:" + taken.getLocalPort(), "the port is taken")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void endsWithStatus2ForSettingsItDoesNotKnow() throws IOException, InterruptedException {
        start("http: {liste: 'localhost:1'}\ndatabase: {attempts: 99}\n");
        assertThat(running().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running().exitValue()).isEqualTo(2);
        assertThat(log()).contains("http.liste", "database.attempts: 99").doesNotContain("\tat ");
    }

    @Test
    void isASmallJar() throws IOException {
        assertThat(Files.size(JAR)).isLessThan(25_000_000);
    }

    private void start(String settings) throws IOException {
        Path file = Files.writeString(
                directory.resolve("settings.yaml"), "management: {listen: 'localhost:0'}\n" + settings);
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        JAR.toString(),
                        "--config",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
