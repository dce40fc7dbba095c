package com.foobar.app.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.TcpRelay;
import com.foobar.app.TestApp;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A start that is kept waiting: by a router that does not answer, and by a migration that takes long. */
class MigrationsIT {
    private static final String HASTY = "  answer-timeout: 1s\n  connect-timeout: 500ms\n";

    private MariaDbServer database;

    @BeforeEach
    void startDatabase() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        database = MariaDbServer.start(1, "--skip-ssl");
    }

    @AfterEach
    void stopDatabase() {
        if (database != null) {
            database.close();
        }
    }

    @Test
    void asksTheNextRouterWhereOneAcceptsAndSaysNothing() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            getsBy("127.0.0.1:" + mute.getLocalPort());
        }
    }

    @Test
    void asksTheNextRouterWhereOneStallsLater() {
        try (TcpRelay router = TcpRelay.to(database)) {
            router.stallBefore("schema_history");
            getsBy(router.address());
        }
    }

    private void getsBy(String stalled) {
        try (TcpRelay next = TcpRelay.to(database)) {
            // Says nothing either until the first was seen to be given up.
            next.hold();
            try (TestApp app = TestApp.start("  routers: ['" + stalled + "', '" + next.address() + "']\n" + HASTY)) {
                await().untilAsserted(() -> assertThat(app.service().readiness().reason())
                        .isEqualTo("schema not ready: " + stalled + ": no answer in time"));
                next.release();
                app.awaitReady();
            }
        }
    }

    @Test
    void waitsForAMigrationLongerThanForAnAnswer() throws SQLException {
        TestApp.on(database).close();
        database.execute(
                "DELETE FROM foobar.schema_history WHERE version = '3'",
                "ALTER TABLE foobar.idempotency_keys DROP KEY ix_idempotency_keys_user");
        try (Connection blocker = database.connectAsRoot();
                Statement sql = blocker.createStatement()) {
            sql.execute("LOCK TABLES foobar.idempotency_keys WRITE");
            try (TestApp app = TestApp.start(TestApp.routers(database) + HASTY)) {
                await().until(() -> !waiting().isEmpty());
                String waiting = Objects.requireNonNull(waiting().get(0).get("id"));
                // Twice the time for an answer.
                await().during(Duration.ofSeconds(2))
                        .until(() -> waiting().stream().anyMatch(one -> waiting.equals(one.get("id"))));
                sql.execute("UNLOCK TABLES");
                app.awaitReady();
            }
        }
    }

    private List<Map<String, @Nullable String>> waiting() {
        return database.rows("SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for table%'");
    }
}
