package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An instance that takes three registrations from an address. */
@ExtendWith(SharedDatabase.class)
class RegistrationLimitIT {
    private final DatabaseServer database;
    private TestApp app;

    RegistrationLimitIT(DatabaseServer database) {
        this.database = database;
    }

    @BeforeEach
    void start() {
        app = TestApp.start(
                "event-loops: 2", "bcrypt-cost: 4, registration-limit: {address: 3}", TestApp.routers(database));
        app.awaitReady();
    }

    @AfterEach
    void stop() {
        app.close();
    }

    @Test
    void refusesAnAddressThatRegistersTooOften() {
        for (int i = 0; i < 3; i++) {
            assertThat(register("192.0.2.1", newcomer()).status()).isEqualTo(201);
        }
        JsonObject late = newcomer();
        Answer refused = register("192.0.2.1, 127.0.0.1", late);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.errors("registrations").get(0)).startsWith("from your address are too many, please wait ");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 300);
        assertThat(hashes()).isEqualTo(3);
        assertThat(register("192.0.2.2", late).status()).isEqualTo(201);
    }

    @Test
    void refusesThoseThatComeAtTheSameTimeToo() {
        List<CompletableFuture<Answer>> pending = IntStream.range(0, 20)
                .mapToObj(i -> app.client()
                        .sendAsync("POST", "/api/users", newcomer().encode(), "X-Forwarded-For", "192.0.2.1"))
                .toList();
        assertThat(pending.stream().map(CompletableFuture::join).map(Answer::status))
                .containsOnly(201, 429)
                .filteredOn(status -> status == 201)
                .hasSize(3);
        assertThat(hashes()).isEqualTo(3);
    }

    @Test
    void makesNoHashForWhatIsTakenAndDoesNotCountIt() {
        JsonObject user = newcomer();
        assertThat(register("192.0.2.1", user).status()).isEqualTo(201);
        for (int i = 0; i < 6; i++) {
            Answer taken =
                    i < 3 ? register("192.0.2.1", user) : register("192.0.2.1", user, "Idempotency-Key", "taken-4711");
            assertThat(taken.status()).isEqualTo(409);
            assertThat(taken.object("errors").fieldNames()).containsExactly("username", "email");
        }
        assertThat(hashes()).isEqualTo(1);
        assertThat(register("192.0.2.1", newcomer()).status()).isEqualTo(201);
    }

    /** It is checked against the password each time. */
    @Test
    void countsARegistrationThatIsSentOnceMore() {
        JsonObject user = newcomer();
        for (int i = 0; i < 3; i++) {
            assertThat(register("192.0.2.1", user, "Idempotency-Key", "again-4711")
                            .status())
                    .isEqualTo(201);
        }
        assertThat(register("192.0.2.1", user, "Idempotency-Key", "again-4711").status())
                .isEqualTo(429);
    }

    @Test
    void countsNoneForWhosePasswordThereWasNoTime() {
        try (TestApp busy = TestApp.start(
                "event-loops: 2",
                "bcrypt-cost: 12, threads: 1, queue: 1, registration-limit: {address: 3}",
                TestApp.routers(database))) {
            busy.awaitReady();
            List<CompletableFuture<Answer>> pending = IntStream.range(0, 20)
                    .mapToObj(i -> busy.client()
                            .sendAsync("POST", "/api/users", newcomer().encode(), "X-Forwarded-For", "192.0.2.1"))
                    .toList();
            List<Integer> statuses = new ArrayList<>(pending.stream()
                    .map(CompletableFuture::join)
                    .map(Answer::status)
                    .toList());
            assertThat(statuses).contains(503);
            int last;
            do {
                last = busy.client()
                        .sendAsync("POST", "/api/users", newcomer().encode(), "X-Forwarded-For", "192.0.2.1")
                        .join()
                        .status();
                statuses.add(last);
            } while (last == 201);
            assertThat(last).isEqualTo(429);
            assertThat(statuses).filteredOn(status -> status == 201).hasSize(3);
        }
    }

    private static JsonObject newcomer() {
        return ApiClient.user(ApiClient.unique("newcomer"));
    }

    private Answer register(String address, JsonObject user, String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "X-Forwarded-For";
        all[1] = address;
        System.arraycopy(fields, 0, all, 2, fields.length);
        return app.client().send("POST", "/api/users", user.encode(), all);
    }

    /** How often there was work with a password. */
    private long hashes() {
        return new ApiClient(app.managementPort())
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("app_password_wait_seconds_count "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}
