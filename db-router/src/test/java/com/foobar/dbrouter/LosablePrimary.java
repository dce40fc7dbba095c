package com.foobar.dbrouter;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A primary that tests kill and start again, its replica, and two routers: one is patient while it is away, one is not. Before each
 * test there is the table {@code orphan} of one row, {@code (1, 0)}, which both routers read from the replica; after it the primary
 * is back.
 */
final class LosablePrimary implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** How long the hurried router waits for it. */
    static final Duration LIMIT = Duration.ofSeconds(4);

    /** Enough for what waits for nothing, or for {@link #LIMIT}, and less than the patience of the other router. */
    static final Duration BOUND = Duration.ofSeconds(40);

    /** ER_CONNECT_TO_FOREIGN_DATA_SOURCE. */
    static final int NOT_REACHABLE = 1429;

    private MariaDbCluster cluster;
    private RouterFixture patient;
    private RouterFixture hurried;

    @Override
    public void beforeAll(ExtensionContext context) {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        cluster = MariaDbCluster.start(1);
        patient = router(Duration.ofSeconds(60));
        hurried = router(LIMIT);
    }

    private RouterFixture router(Duration limit) {
        return RouterFixture.start(
                        cluster.servers(),
                        "sessions: {primary-timeout: " + limit.toMillis() + "ms}",
                        "read-index: {wait-limit: 10s, primary-timeout: " + limit.toMillis() + "ms}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    MariaDbCluster cluster() {
        return cluster;
    }

    RouterFixture patient() {
        return patient;
    }

    RouterFixture hurried() {
        return hurried;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        cluster.primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.orphan (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.orphan VALUES (1, 0)");
        cluster.awaitReplication();
        // One that has come back with its primary a moment ago answers none, until it is known to lack nothing.
        for (RouterFixture router : List.of(patient, hurried)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"db-2\"") == 1);
        }
    }

    /** Kills it; the routers have seen that. */
    void lose() {
        cluster.primary().kill();
        for (RouterFixture router : List.of(patient, hurried)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !router.running().service().readiness().isReady());
        }
    }

    /** Starts it, if it does not run; the routers have seen it. */
    void bringBack() {
        if (!cluster.primary().isRunning()) {
            cluster.primary().start();
        }
        cluster.awaitReplication();
        patient.ready();
        hurried.ready();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        bringBack();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (cluster != null) {
            patient.close();
            hurried.close();
            cluster.close();
        }
    }
}
