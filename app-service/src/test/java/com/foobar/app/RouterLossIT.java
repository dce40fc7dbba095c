package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ways to one database, of which one breaks. */
class RouterLossIT {
    private static MariaDbServer database;

    private TcpRelay first;
    private TcpRelay second;
    private TestApp app;
    private ApiClient anonymous;

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
    void startInstance() {
        first = TcpRelay.to(database);
        second = TcpRelay.to(database);
        app = TestApp.start("  routers: ['" + first.address() + "', '" + second.address() + "']\n"
                + "  answer-timeout: 2s\n  connect-timeout: 500ms\n");
        app.awaitReady();
        anonymous = app.client();
        await().untilAsserted(() -> assertThat(states()).containsExactly("UP", "UP"));
    }

    @AfterEach
    void stopInstance() {
        app.close();
        first.close();
        second.close();
    }

    @Test
    void failsNoReadWhenARouterDies() throws InterruptedException {
        String path = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Read on"));
        Queue<Answer> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger reads = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread reader = new Thread(() -> {
                while (!stop.get()) {
                    Answer answer = anonymous.get(path);
                    reads.incrementAndGet();
                    if (answer.status() != 200) {
                        failures.add(answer);
                    }
                }
            });
            reader.start();
            readers.add(reader);
        }
        try {
            for (int round = 0; round < 3; round++) {
                awaitMore(reads);
                first.kill();
                awaitMore(reads);
                // A login that the kill has cut says so first.
                await().untilAsserted(() -> assertThat(states().get(0)).startsWith("DOWN (connection refused"));
                first.start();
                await().untilAsserted(() -> assertThat(states()).containsExactly("UP", "UP"));
                awaitMore(reads);
                second.kill();
                awaitMore(reads);
                second.start();
                await().untilAsserted(() -> assertThat(states()).containsExactly("UP", "UP"));
            }
        } finally {
            stop.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void usesTheOtherRouterWhileOneHangs() {
        String path = "/api/articles/" + anonymous.asNewUser().write(ApiClient.unique("Read on"));
        first.stall();
        await().untilAsserted(() -> assertThat(states().get(0)).startsWith("DOWN (no answer in time"));
        for (int i = 0; i < 20; i++) {
            assertThat(anonymous.get(path).status()).isEqualTo(200);
        }
        first.resume();
        await().untilAsserted(() -> assertThat(states()).containsExactly("UP", "UP"));
    }

    /** A router needs a moment to find out that a server hangs; it, and the other one, are not down for that. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0003/* router:primary */ SELECT 1", "\u0003SELECT 1"})
    void aRouterIsUpWhileThePrimaryOrAReaderAnswers(String unanswered) {
        first.swallow(unanswered);
        second.swallow(unanswered);
        await().until(() -> {
            assertThat(states()).containsExactly("UP", "UP");
            return first.swallowed() >= 3 && second.swallowed() >= 3;
        });
    }

    @Test
    void aRouterIsDownThatNeitherAnswersThrough() {
        first.swallow("SELECT 1");
        await().untilAsserted(() -> assertThat(states()).containsExactly("DOWN (no answer in time)", "UP"));
    }

    @Test
    void readsAgainWhenTheConnectionBreaksMeanwhile() {
        // The first use of a statement sends its text.
        first.cutBefore("article_tags GROUP BY");
        second.cutBefore("article_tags GROUP BY");
        assertThat(anonymous.get("/api/tags").status()).isEqualTo(200);
        assertThat(app.metric("app_database_repeats_total{reason=\"connection-lost\"}"))
                .isPositive();
    }

    @Test
    void writesAgainWhenTheConnectionBreaksBeforeCommit() {
        ApiClient author = anonymous.asNewUser();
        first.cutBefore("INSERT INTO articles");
        second.cutBefore("INSERT INTO articles");
        String title = ApiClient.unique("Once");
        assertThat(author.post("/api/articles", article(title)).status()).isEqualTo(201);
        assertThat(count("SELECT COUNT(*) FROM foobar.articles WHERE title = '" + title + "'"))
                .isOne();
    }

    @Test
    void saysThatItDoesNotKnowWhenTheAnswerToCommitIsLost() {
        ApiClient author = anonymous.asNewUser();
        first.cutAfter("COMMIT");
        second.cutAfter("COMMIT");
        String title = ApiClient.unique("Perhaps");
        Answer answer = author.post("/api/articles", article(title));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errors("service").get(0)).contains("may or may not have been made");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
        assertThat(count("SELECT COUNT(*) FROM foobar.articles WHERE title = '" + title + "'"))
                .isOne();
    }

    @Test
    void writesOnceWithAnIdempotencyKeyWhenTheAnswerToCommitIsLost() {
        ApiClient author = anonymous.asNewUser();
        first.cutAfter("COMMIT");
        second.cutAfter("COMMIT");
        String title = ApiClient.unique("Certainly");
        Answer answer = author.send(
                "POST", "/api/articles", article(title).encode(), "Idempotency-Key", "4711-" + title.replace(' ', '-'));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(count("SELECT COUNT(*) FROM foobar.articles WHERE title = '" + title + "'"))
                .isOne();
    }

    @Test
    void repeatsWhatMayBeDoneTwiceWhenTheAnswerToCommitIsLost() {
        ApiClient author = anonymous.asNewUser();
        String path = "/api/articles/" + author.write(ApiClient.unique("Liked"));
        first.cutAfter("COMMIT");
        second.cutAfter("COMMIT");
        Answer answer = author.send("POST", path + "/favorite", null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.object("article").getInteger("favoritesCount")).isOne();
    }

    /** Nothing may be said to be unchanged where the first attempt has changed it. */
    @Test
    void doesNotKnowEitherWhenNothingAnswersAfterTheAnswerToCommitWasLost() {
        ApiClient user = anonymous.asNewUser();
        JsonObject change = new JsonObject().put("user", new JsonObject().put("bio", "Changed"));
        for (TcpRelay router : List.of(first, second)) {
            router.cutAfter("COMMIT", () -> {
                first.kill();
                second.kill();
            });
        }
        Answer answer = user.put("/api/user", change);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errors("service").get(0)).contains("may or may not have been made");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
        assertThat(count("SELECT COUNT(*) FROM foobar.users WHERE bio = 'Changed' AND username = '" + user.username()
                        + "'"))
                .isOne();
    }

    @Test
    void isNotReadyWithoutAnyRouterAndComesBack() {
        first.kill();
        second.kill();
        await().until(() -> !app.service().readiness().isReady());
        Answer health = anonymous.get("/health/ready");
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains(first.address(), second.address(), "connection refused");
        Answer answer = anonymous.get("/api/tags");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.errors("service")).hasSize(1);

        first.start();
        second.start();
        app.awaitReady();
        assertThat(anonymous.get("/api/tags").status()).isEqualTo(200);
    }

    private List<String> states() {
        return app.service().neighbours().stream().map(router -> router.state()).toList();
    }

    private static void awaitMore(AtomicInteger reads) {
        int now = reads.get();
        await().until(() -> reads.get() > now + 100);
    }

    private static long count(String sql) {
        return Long.parseLong(String.valueOf(database.value(sql)));
    }
}
