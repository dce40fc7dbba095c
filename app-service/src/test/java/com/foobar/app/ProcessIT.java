package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as a process of its own. */
@ExtendWith(SharedDatabase.class)
class ProcessIT {
    private static final Path JAR = Path.of("target/app-service.jar");

    private final MariaDbServer database;

    @TempDir
    private Path directory;

    private @Nullable Process process;

    ProcessIT(MariaDbServer database) {
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
