package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an instance tells of itself and of the database that answered; through routers: {@code InfrastructureBrowserIT} of system-test. */
@ExtendWith(SharedDatabase.class)
class InfrastructureIT {
    private static final String FIELD = "Server-Timing";

    private final ApiClient anonymous;

    InfrastructureIT(TestApp app) {
        this.anonymous = app.client();
    }

    @Test
    void namesTheInstanceInEveryAnswer() {
        for (String path : List.of("/api/tags", "/api/articles/nowhere", "/api/nothing")) {
            assertThat(anonymous.get(path).headers().allValues(FIELD)).as(path).containsExactly("app;desc=\"app-1\"");
        }
    }

    @Test
    void tellsWhichDatabaseAnsweredAndHowFreshItWas() {
        Answer answer = anonymous.get("/api/infrastructure");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-cache");
        JsonObject database = answer.object("database");
        assertThat(database.getString("role")).isEqualTo("primary");
        assertThat(database.getBoolean("upToDate")).isTrue();
        assertThat(database.getString("position")).isNotEmpty();
        List<String> metrics = answer.headers().allValues(FIELD);
        assertThat(metrics).hasSize(3);
        assertThat(metrics.get(0)).isEqualTo("app;desc=\"app-1\"");
        assertThat(metrics.get(1)).startsWith("router;desc=\"");
        assertThat(metrics.get(2)).startsWith("db;desc=\"" + database.getString("server") + ", primary\";dur=");
    }

    @Test
    void seesThePositionMoveWithEachWrite() {
        String before = position();
        anonymous.asNewUser();
        assertThat(position()).isNotEqualTo(before);
    }

    @Test
    void tellsNothingWhereThatIsSwitchedOff(DatabaseServer database) {
        try (TestApp silent = TestApp.start(TestApp.routers(database) + "server-timing: false\n")) {
            silent.awaitReady();
            assertThat(silent.client().get("/api/tags").headers().allValues(FIELD))
                    .isEmpty();
            Answer answer = silent.client().get("/api/infrastructure");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.headers().allValues(FIELD)).isEmpty();
        }
    }

    private String position() {
        return anonymous.get("/api/infrastructure").object("database").getString("position");
    }
}
