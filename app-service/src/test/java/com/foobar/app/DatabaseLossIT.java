package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that is away, full, read-only, or not as it should be; empty before each test. */
class DatabaseLossIT {
    private static MariaDbServer database;

    @BeforeAll
    static void startDatabase() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        database = MariaDbServer.start(1, "--skip-ssl");
    }

    @AfterAll
    static void stopDatabase() {
        if (database != null) {
            database.close();
        }
    }

    @BeforeEach
    void emptyDatabase() {
        if (!database.isRunning()) {
            database.start();
        }
        database.execute("SET GLOBAL read_only = 0", "DROP DATABASE foobar", "CREATE DATABASE foobar");
    }

    @Test
    void startsBeforeItsDatabase() {
        database.stop();
        try (TestApp app = TestApp.start(TestApp.routers(database))) {
            await().untilAsserted(() -> assertThat(app.service().readiness().reason())
                    .contains("schema not ready", database.address(), "connection refused"));
            assertThat(app.client().get("/api/tags").status()).isEqualTo(503);
            database.start();
            app.awaitReady();
            assertThat(app.client().get("/api/tags").status()).isEqualTo(200);
        }
    }

    @Test
    void comesBackByItselfAfterARestartOfTheDatabase() {
        try (TestApp app = TestApp.on(database)) {
            ApiClient author = app.client().asNewUser();
            String slug = author.write(ApiClient.unique("Survivor"));
            database.kill();
            await().until(() -> !app.service().readiness().isReady());
            Answer away = author.get("/api/articles/" + slug);
            assertThat(away.status()).isEqualTo(503);
            assertThat(away.headers().firstValue("Retry-After")).hasValue("1");

            database.start();
            app.awaitReady();
            assertThat(author.get("/api/articles/" + slug).status()).isEqualTo(200);
            author.write(ApiClient.unique("After"));
        }
    }

    @Test
    void saysThatThePasswordIsWrong() {
        try (TestApp app = TestApp.start(TestApp.routers(database) + "  password: wrong\n")) {
            await().untilAsserted(() -> assertThat(app.service().readiness().reason())
                    .contains("wrong user or password", "database.password"));
        }
    }

    @Test
    void saysThatThereIsNoSuchDatabase() {
        try (TestApp app = TestApp.start(TestApp.routers(database) + "  user: root\n  database: nothing\n")) {
            await().untilAsserted(
                            () -> assertThat(app.service().readiness().reason()).contains("there is no such database"));
        }
    }

    @Test
    void readsOnWhileTheDatabaseTakesNoWrites() {
        try (TestApp app = TestApp.on(database)) {
            ApiClient author = app.client().asNewUser();
            database.execute("SET GLOBAL read_only = 1");
            Answer refused = author.post("/api/articles", article("Not now"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(author.get("/api/articles").status()).isEqualTo(200);

            database.execute("SET GLOBAL read_only = 0");
            author.write("Now");
        }
    }

    @Test
    void repeatsAWriteWhileAFailoverIsUnderWay() {
        try (TestApp app = TestApp.start(TestApp.routers(database) + "  attempts: 10\n")) {
            app.awaitReady();
            ApiClient author = app.client().asNewUser();
            database.execute("SET GLOBAL read_only = 1");
            CompletableFuture<Answer> writing =
                    author.sendAsync("POST", "/api/articles", article("Soon").encode());
            await().until(() -> new ApiClient(app.managementPort())
                    .get("/metrics")
                    .text()
                    .contains("app_database_repeats_total{reason=\"transaction-ended\"}"));
            database.execute("SET GLOBAL read_only = 0");
            assertThat(writing.join().status()).isEqualTo(201);
        }
    }

    @Test
    void refusesWhatThePoolCannotServe() throws SQLException {
        String pool = "  pool: {size: 1, queue: 1, acquire-timeout: 2s}\n";
        // Each reads for itself, so that each needs a connection.
        try (TestApp app = TestApp.start("shared-read-wait: 0s", TestApp.routers(database) + pool);
                Connection blocker = database.connectAsRoot();
                Statement statement = blocker.createStatement()) {
            app.awaitReady();
            // The instance's own statements at its start use the pool as well.
            await().untilAsserted(() ->
                    assertThat(app.client().get("/api/tags").status()).isEqualTo(200));
            statement.execute("LOCK TABLES foobar.articles WRITE, foobar.article_tags WRITE");
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiting.add(app.client().sendAsync("GET", "/api/tags", null));
            }
            // One holds the connection; of the others one waits in vain, and the rest is refused at once.
            await().atMost(Duration.ofSeconds(15))
                    .until(() ->
                            waiting.stream().filter(CompletableFuture::isDone).count() == 4);
            List<Answer> refused = waiting.stream()
                    .filter(CompletableFuture::isDone)
                    .map(CompletableFuture::join)
                    .toList();
            assertThat(refused).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(answer.errors("service").get(0)).contains("busy");
            });
            assertThat(app.service().readiness().isReady()).isTrue();
            assertThat(metrics(app))
                    .containsPattern("app_pool_connections_in_use\\{.*} 1(\\.0)?\n")
                    .containsPattern("app_pool_pending\\{.*} 0(\\.0)?\n")
                    .containsPattern("app_pool_refused_total\\{.*} [1-9]");

            statement.execute("UNLOCK TABLES");
            assertThat(waiting).allSatisfy(answer -> assertThat(answer).succeedsWithin(Duration.ofSeconds(5)));
            assertThat(app.client().get("/api/tags").status()).isEqualTo(200);
            await().untilAsserted(() ->
                    assertThat(metrics(app)).containsPattern("app_pool_connections_in_use\\{.*} 0(\\.0)?\n"));
            assertThat(metrics(app)).containsPattern("app_pool_use_seconds_count\\{.*} [1-9]");
        }
    }

    private static String metrics(TestApp app) {
        return new ApiClient(app.managementPort()).get("/metrics").text();
    }

    @Test
    void migratesAndSeedsOnceHoweverManyInstancesStart() {
        String settings = TestApp.routers(database) + "  seed: true\n";
        List<TestApp> apps = Stream.generate(() -> settings)
                .limit(4)
                .parallel()
                .map(TestApp::start)
                .toList();
        try {
            apps.forEach(TestApp::awaitReady);
            ApiClient client = apps.get(0).client();
            assertThat(client.get("/api/articles").json().getInteger("articlesCount"))
                    .isEqualTo(8);
            assertThat(database.value("SELECT COUNT(*) FROM foobar.schema_history WHERE version = '1'"))
                    .isEqualTo("1");
            assertThat(client.get("/api/profiles/johndoe").object("profile").getString("image"))
                    .isEqualTo("/avatars/johndoe.svg");
            assertThat(client.send(
                                    "POST",
                                    "/api/users/login",
                                    "{\"user\":{\"email\":\"jane@foobar.com\",\"password\":\"conduit-demo\"}}")
                            .status())
                    .isEqualTo(200);
        } finally {
            apps.forEach(TestApp::close);
        }
        try (TestApp again = TestApp.start(settings)) {
            again.awaitReady();
            assertThat(again.client().get("/api/articles").json().getInteger("articlesCount"))
                    .isEqualTo(8);
            assertThat(database.value("SELECT COUNT(*) FROM foobar.users")).isEqualTo("2");
        }
    }

    @Test
    void plantsNothingWhereThereAreUsers() {
        try (TestApp app = TestApp.on(database)) {
            app.client().asNewUser();
        }
        try (TestApp app = TestApp.start(TestApp.routers(database) + "  seed: true\n")) {
            app.awaitReady();
            assertThat(database.value("SELECT COUNT(*) FROM foobar.users")).isEqualTo("1");
        }
    }

    @Test
    void refusesASchemaThatIsNewerThanTheProgram() {
        try (TestApp app = TestApp.on(database)) {
            app.client().asNewUser();
        }
        database.execute(
                "INSERT INTO foobar.schema_history (installed_rank, version, description, type, script,"
                        + " installed_by, execution_time, success) VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 'x', 1, 1)");
        try (TestApp app = TestApp.start(TestApp.routers(database))) {
            await().untilAsserted(() -> assertThat(app.service().readiness().reason())
                    .contains("schema version 99", "newer than this program"));
            assertThat(app.client().get("/api/tags").status()).isEqualTo(503);
        }
    }

    /** Neither database undoes a change of a table when the process ends before it has told that it has made it. */
    @Test
    void appliesAgainWhatItHadNotToldWhenItEnded() {
        TestApp.on(database).close();
        String versions = "SELECT GROUP_CONCAT(version ORDER BY version) FROM foobar.schema_history WHERE success = 1";
        String all = database.value(versions);
        for (String version : List.of(String.valueOf(all).split(","))) {
            database.execute("DELETE FROM foobar.schema_history WHERE version >= " + version);
            TestApp.on(database).close();
            assertThat(database.value(versions)).isEqualTo(all);
        }
    }

    @Test
    void waitsForAnotherInstanceToMigrateWhereItMustNot() {
        try (TestApp waiting = TestApp.start(TestApp.routers(database) + "  migrate: false\n")) {
            await().untilAsserted(() ->
                    assertThat(waiting.service().readiness().reason()).contains("still to be applied"));
            try (TestApp migrating = TestApp.on(database)) {
                assertThat(migrating.service().readiness().isReady()).isTrue();
            }
            waiting.awaitReady();
        }
    }
}
