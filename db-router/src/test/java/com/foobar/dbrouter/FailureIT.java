package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.dbrouter.protocol.Packets;
import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers and clients that go away. */
class FailureIT {
    private static MariaDbCluster cluster;
    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        cluster = SharedCluster.get();
        router = RouterFixture.startSharing(
                        cluster.servers(),
                        "sessions: {primary-timeout: 30s}",
                        "read-index: {primary-timeout: 30s}",
                        "monitor: {timeout: 20s}")
                .ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE fragile (id INT PRIMARY KEY, n INT)");
            statement.execute("INSERT INTO fragile VALUES (1, 0)");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void noReadFailsWhenAReplicaIsKilled() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong reads = new AtomicLong();
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            boolean prepared = i % 2 == 0;
            readers.add(threads.submit(() -> {
                try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                        PreparedStatement read = connection.prepareStatement("SELECT n FROM fragile WHERE id = ?")) {
                    while (running.get()) {
                        read.setInt(1, 1);
                        try (ResultSet rows = read.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                        }
                        reads.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        MariaDbServer victim = cluster.replica(0);
        Awaitility.await().until(() -> reads.get() > 100);
        victim.kill();
        long atKill = reads.get();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reads.get() > atKill + 300);
        victim.start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> victim.status("Com_select") > 20);
        running.set(false);
        for (Future<?> reader : readers) {
            reader.get();
        }
        threads.shutdown();
        cluster.awaitReplication();
    }

    /** A server that stops says so in place of an answer: of a restart for an upgrade no reader may notice anything. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsElsewhereWhenAReplicaIsStopped(boolean prepared) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        MariaDbServer victim = null;
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement read = connection.prepareStatement("SELECT SUM(seq % 2) FROM seq_1_to_50000000")) {
            Future<Long> count = thread.submit(() -> {
                try (ResultSet rows = read.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            });
            victim = Awaitility.await().until(FailureIT::replicaThatCounts, Objects::nonNull);
            victim.stop();
            assertThat(count.get()).isEqualTo(25_000_000);
        } finally {
            thread.shutdown();
            if (victim != null) {
                victim.start();
            }
            cluster.awaitReplication();
        }
    }

    private static @Nullable MariaDbServer replicaThatCounts() {
        for (MariaDbServer replica : List.of(cluster.replica(0), cluster.replica(1))) {
            if (!"0"
                    .equals(
                            replica.value(
                                    "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%seq_1_to_%' AND info NOT LIKE '%processlist%'"))) {
                return replica;
            }
        }
        return null;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsElsewhereWhenAReplicaHangs(boolean prepares) throws SQLException {
        MariaDbServer victim = cluster.replica(1);
        try (RouterFixture eventual = RouterFixture.startSharing(cluster.servers(), "consistency: eventual")
                        .ready();
                Connection connection = eventual.connect("socketTimeout=30000", "useServerPrepStmts=true");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT n FROM fragile WHERE id = 1");
            victim.pause();
            for (int i = 0; i < 10; i++) {
                if (prepares) {
                    connection
                            .prepareStatement("SELECT n, " + i + " FROM fragile")
                            .close();
                } else {
                    assertThat(statement.execute("SELECT n FROM fragile WHERE id = 1"))
                            .isTrue();
                }
            }
        } finally {
            victim.resume();
        }
        cluster.awaitReplication();
    }

    @Test
    void neverRepeatsAWriteWhoseServerIsLost() throws SQLException {
        MariaDbServer primary = cluster.primary();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE fragile SET n = 0 WHERE id = 1");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<?> write = thread.submit(
                    () -> statement.executeUpdate("UPDATE fragile SET n = n + 1 + SLEEP(5) WHERE id = 1"));
            Awaitility.await()
                    .until(
                            () -> !"0"
                                    .equals(
                                            primary.value(
                                                    "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(5) WHERE%' AND info NOT LIKE '%processlist%'")));
            primary.execute(
                    "KILL CONNECTION "
                            + primary.value(
                                    "SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(5) WHERE%' AND info NOT LIKE '%processlist%'"));
            assertThatThrownBy(write::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(SQLException.class);
            thread.shutdown();
        }
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT n FROM fragile WHERE id = 1")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    /** A packet of the file may look like a command. */
    @Test
    void takesNoPartOfAFileForACommandWhenTheServerIsLostMeanwhile() throws IOException {
        MariaDbServer primary = cluster.primary();
        primary.execute("CREATE OR REPLACE TABLE foobar.from_file (n INT)");
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.query("LOAD DATA LOCAL INFILE 'numbers' INTO TABLE foobar.from_file");
            assertThat(wire.read()[0] & 0xff).isEqualTo(Packets.LOCAL_INFILE);
            primary.execute("KILL CONNECTION "
                    + primary.value(
                            "SELECT id FROM information_schema.processlist WHERE info LIKE 'LOAD DATA LOCAL%'"));
            wire.query("INSERT INTO foobar.from_file VALUES (1)");
            assertThat(wire.isClosedByPeer()).isTrue();
        }
        assertThat(primary.value("SELECT COUNT(*) FROM foobar.from_file")).isEqualTo("0");
    }

    @Test
    void endsTheSessionWhoseTransactionIsLost() throws SQLException {
        MariaDbServer primary = cluster.primary();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            long id;
            try (ResultSet rows = statement.executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE id = CONNECTION_ID()")) {
                rows.next();
                id = rows.getLong(1);
            }
            primary.execute("KILL CONNECTION " + id);
            assertThatThrownBy(() -> statement.execute("UPDATE fragile SET n = 9"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the open transaction");
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void saysWhatIsMissingWhenNothingIsReachable() throws Exception {
        try (RouterFixture alone = RouterFixture.start(
                "servers: [{name: db-1, address: 'localhost:1'}]\n", "sessions: {primary-timeout: 500ms}")) {
            assertThat(alone.running().service().readiness().isReady()).isFalse();
            long before = System.nanoTime();
            assertThatThrownBy(alone::connect)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("No primary is reachable")
                    .hasMessageContaining("db-1");
            try (MySqlWire wire = new MySqlWire(alone.port())) {
                assertThat(wire.login()[0]).isZero();
                wire.query("INSERT INTO t VALUES (1)");
                assertThat(wire.readError()).isEqualTo(1429);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void endsTheServersWorkForAClientThatHasGone() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login();
            wire.query("SELECT REPEAT('gone', 1000) FROM foobar.seq_1_to_1000000");
            assertThat(wire.read()).as("one column").containsExactly(1);
        }
        Awaitility.await().until(() -> {
            for (MariaDbServer server : cluster.servers()) {
                if (!"0"
                        .equals(
                                server.value(
                                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%gone%' AND info NOT LIKE '%processlist%'"))) {
                    return false;
                }
            }
            return true;
        });
    }

    @Test
    void drainsIdleSessionsAtOnceAndOthersAfterTheirTransaction() throws Exception {
        RouterFixture draining = RouterFixture.startSharing(cluster.servers()).ready();
        Connection idle = draining.connect();
        Connection busy = draining.connect();
        Statement statement = busy.createStatement();
        statement.execute("BEGIN");
        statement.execute("UPDATE fragile SET n = 3 WHERE id = 1");
        var stopped = draining.running().stop();
        Awaitility.await().until(() -> !idle.isValid(1));
        statement.execute("UPDATE fragile SET n = 4 WHERE id = 1");
        statement.execute("COMMIT");
        stopped.toCompletionStage().toCompletableFuture().join();
        assertThat(cluster.primary().value("SELECT n FROM foobar.fragile WHERE id = 1"))
                .isEqualTo("4");
    }
}
