package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a login costs, and whom. Users are made by an instance whose hashes are cheap. */
@ExtendWith(SharedDatabase.class)
class PasswordsIT {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final DatabaseServer database;
    private final ApiClient anonymous;

    PasswordsIT(TestApp app, DatabaseServer database) {
        this.database = database;
        this.anonymous = app.client();
    }

    @Test
    void doesTheSameWorkWhetherTheAccountExistsOrNot() {
        try (TestApp app = start("bcrypt-cost: 10, threads: 1")) {
            ApiClient client = app.client();
            String known = emailOf(client.asNewUser());
            // Hashed before the cost was raised.
            String outdated = emailOf(anonymous.asNewUser());
            String unknown = ApiClient.unique("nobody") + "@example.com";

            long work = workToRefuse(app, unknown);
            assertThat((double) workToRefuse(app, known) / work).isBetween(0.5, 2.0);
            assertThat((double) workToRefuse(app, outdated) / work).isBetween(0.5, 2.0);
        }
    }

    @Test
    void hashesAgainAtTheFirstLoginAfterTheCostWasChanged() {
        ApiClient user = anonymous.asNewUser();
        String old = hashOf(user);
        assertThat(old).startsWith("$2a$04$");
        try (TestApp app = start("bcrypt-cost: 6")) {
            assertThat(login(app.client(), emailOf(user), "wrong password").status())
                    .isEqualTo(401);
            assertThat(hashOf(user)).isEqualTo(old);
            assertThat(login(app.client(), emailOf(user), "password").status()).isEqualTo(200);
            String renewed = hashOf(user);
            assertThat(renewed).startsWith("$2a$06$");

            assertThat(login(app.client(), emailOf(user), "password").status()).isEqualTo(200);
            assertThat(hashOf(user)).isEqualTo(renewed);
            assertThat(login(app.client(), emailOf(user), "wrong password").status())
                    .isEqualTo(401);
        }
        assertThat(login(anonymous, emailOf(user), "password").status()).isEqualTo(200);
        assertThat(hashOf(user)).startsWith("$2a$04$");
    }

    @Test
    void letsInWhoseHashCannotBeReplacedNow() {
        ApiClient user = anonymous.asNewUser();
        String old = hashOf(user);
        database.execute("CREATE TRIGGER foobar.refuse BEFORE UPDATE ON foobar.users FOR EACH ROW"
                + " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not now'");
        try (TestApp app = start("bcrypt-cost: 6")) {
            assertThat(login(app.client(), emailOf(user), "password").status()).isEqualTo(200);
            assertThat(app.metric("app_statement_failures_total{error=\"1644\",statement=\"user-replace-hash\"} "))
                    .isEqualTo(1);
        } finally {
            database.execute("DROP TRIGGER foobar.refuse");
        }
        assertThat(hashOf(user)).isEqualTo(old);
    }

    @Test
    void refusesWhatItsQueueDoesNotHoldAndServesTheRest() {
        ApiClient user = anonymous.asNewUser();
        try (TestApp app = start("bcrypt-cost: 15, threads: 1, queue: 1")) {
            List<CompletableFuture<Answer>> logins = IntStream.range(0, 8)
                    .mapToObj(i -> app.client()
                            .sendAsync("POST", "/api/users/login", login(ApiClient.unique("nobody"), "password")))
                    .toList();
            // Of the two that are left one is under way, for about two seconds, and one waits.
            await().until(() -> done(logins) >= 6);
            Answer registration = app.client().post("/api/users", ApiClient.user(ApiClient.unique("late")));
            String article = "/api/articles/" + user.at(app).write(ApiClient.unique("Meanwhile"));
            for (String path : List.of("/api/articles", article, "/api/tags", "/health/ready")) {
                assertThat(app.client().get(path).status()).as(path).isEqualTo(200);
            }
            assertThat(user.at(app).get("/api/user").status()).isEqualTo(200);
            assertThat(done(logins)).isBetween(6L, 7L);

            List<Answer> refused = new ArrayList<>(List.of(registration));
            logins.stream()
                    .map(CompletableFuture::join)
                    .filter(answer -> answer.status() != 401)
                    .forEach(refused::add);
            assertThat(refused).hasSizeBetween(6, 7).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(answer.text())
                        .isEqualTo("{\"errors\":{\"service\":[\"is busy, please try again in a moment\"]}}");
            });
            assertThat(app.metric("app_password_refused_total ")).isEqualTo(refused.size());
            // The queue is free again.
            assertThat(login(app.client(), emailOf(user), "password").status()).isEqualTo(200);
        }
    }

    private static long done(List<CompletableFuture<Answer>> answers) {
        return answers.stream().filter(CompletableFuture::isDone).count();
    }

    private TestApp start(String auth) {
        TestApp app = TestApp.start("event-loops: 2", auth, TestApp.routers(database));
        app.awaitReady();
        return app;
    }

    /** The median of some logins with a wrong password: one check each, and so many nanoseconds of a processor for it. */
    private static long workToRefuse(TestApp app, String email) {
        double checks = checks(app);
        long[] work = LongStream.range(0, 7)
                .map(i -> {
                    Map<Long, Long> before = workOfPasswordThreads();
                    assertThat(login(app.client(), email, "wrong password").text())
                            .isEqualTo("{\"errors\":{\"credentials\":[\"invalid\"]}}");
                    return workOfPasswordThreads().entrySet().stream()
                            .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                            .sum();
                })
                .sorted()
                .toArray();
        assertThat(checks(app) - checks).isEqualTo(work.length);
        return work[work.length / 2];
    }

    /** By thread, in nanoseconds of a processor: clocks on the wall show what else the machine does. */
    private static Map<Long, Long> workOfPasswordThreads() {
        Map<Long, Long> work = new HashMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("passwords-")) {
                work.put(thread.getThreadId(), THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return work;
    }

    private static double checks(TestApp app) {
        return app.metric("app_password_wait_seconds_count ");
    }

    private String hashOf(ApiClient user) {
        return String.valueOf(
                database.value("SELECT password_hash FROM foobar.users WHERE username = '" + user.username() + "'"));
    }

    private static String emailOf(ApiClient user) {
        return user.username() + "@example.com";
    }

    private static Answer login(ApiClient client, String email, String password) {
        return client.send("POST", "/api/users/login", login(email, password));
    }

    private static String login(String email, String password) {
        JsonObject user = new JsonObject().put("email", email).put("password", password);
        return new JsonObject().put("user", user).encode();
    }
}
