package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads that share a server connection and are ended: by KILL QUERY, by their time, with their client. Nobody else notices. */
class SharedReadEndingIT {
    private static final int INTERRUPTED = 1317;
    private static final int TIMED_OUT = 3024;

    /** Now and then a server has the answer ready when SLEEP() is interrupted, and sends it: its value, 1, says so. */
    private static final int ENDED_ALL_THE_SAME = -1;

    private static final int CLIENTS = 24;

    private static RouterFixture router;

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2);
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicLong reads = new AtomicLong();
    private final List<Future<?>> readers = new ArrayList<>();

    @BeforeAll
    static void start() {
        for (String user : List.of("ended", "ended_timed")) {
            SharedCluster.get()
                    .primary()
                    .execute(
                            "CREATE OR REPLACE USER " + user + "@'%' IDENTIFIED BY 'foobar'",
                            "GRANT ALL ON foobar.* TO " + user + "@'%'");
        }
        SharedCluster.get().awaitReplication();
        router = RouterFixture.startSharing(
                        SharedCluster.get().servers(),
                        "pool: {wait-timeout: 30s, idle-timeout: 1h}",
                        "monitor: {timeout: 20s}",
                        "users: [{name: ended, password: foobar},"
                                + " {name: ended_timed, password: foobar, max-statement-time: 5s}]")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @AfterEach
    void stopReading() {
        running.set(false);
        threads.shutdownNow();
    }

    /** @param atOnce whether others wait behind it still, or have been sent elsewhere as it takes too long */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void byKillQuery(boolean atOnce) throws Exception {
        String kind = "SELECT SLEEP(%s), %s, 'killed " + atOnce + "'";
        read("ended", kind);
        try (Connection victim = router.connectAs("ended");
                Statement sleep = victim.createStatement();
                Connection other = router.connectAs("ended");
                Statement kill = other.createStatement()) {
            long id = victim.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
            Set<String> connections = awaitSharing();
            for (int i = 0; i < 12; i++) {
                Future<Integer> ended = threads.submit(() -> error(sleep, kind.formatted("600", "1")));
                if (!atOnce) {
                    awaitSleeping(1);
                }
                // One that comes before the statement ends nothing.
                Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
                    kill.execute("KILL QUERY " + id);
                    return ended.isDone();
                });
                assertThat(ended.get()).isIn(INTERRUPTED, ENDED_ALL_THE_SAME);
                awaitSleeping(0);
                awaitMore();
            }
            assertThat(connections()).containsAll(connections);
        }
        finish();
    }

    @Test
    void byTheirTime() throws Exception {
        String kind = "SELECT SLEEP(%s), %s, 'timed'";
        read("ended_timed", kind);
        try (Connection victim = router.connectAs("ended_timed");
                Statement sleep = victim.createStatement()) {
            Set<String> connections = awaitSharing();
            for (int i = 0; i < 3; i++) {
                assertThat(error(sleep, kind.formatted("600", "1"))).isIn(TIMED_OUT, ENDED_ALL_THE_SAME);
                awaitSleeping(0);
                awaitMore();
            }
            assertThat(connections()).containsAll(connections);
        }
        finish();
    }

    /** It is of the same kind as the short ones, as far as can be told before. */
    @Test
    void withTheirClient() throws Exception {
        String kind = "SELECT SLEEP(%s), %s, 'left'";
        read("ended", kind);
        Set<String> connections = awaitSharing();
        for (int i = 0; i < 8; i++) {
            try (MySqlWire wire = new MySqlWire(router.port())) {
                wire.login("ended");
                wire.query(kind.formatted("600", "1"));
                if (i % 2 == 0) {
                    awaitSleeping(1);
                    awaitMore();
                }
            }
            awaitSleeping(0);
            awaitMore();
        }
        assertThat(connections()).containsAll(connections);
        finish();
    }

    /** It has been told to, and does not say that it has: nobody's place in the pool is kept for that. */
    @Test
    void withTheConnectionWhereTheServerDoesNotEndIt() throws Exception {
        String kind = "SELECT SLEEP(%s), 'hangs'";
        try (MutingRelay relay = new MutingRelay(SharedCluster.get().primary(), kind.formatted("600"));
                RouterFixture single = RouterFixture.start(
                                "servers: [{name: db-1, address: '" + relay.address() + "'}]\n",
                                "pool: {" + RouterFixture.EAGER_SHARING + "}")
                        .ready()) {
            try (Connection connection = single.connect();
                    Statement statement = connection.createStatement()) {
                for (int n = 0; n < 300; n++) {
                    assertThat(error(statement, kind.formatted("0"))).isZero();
                }
            }
            try (MySqlWire wire = new MySqlWire(single.port())) {
                wire.login(RouterFixture.USER);
                wire.query(kind.formatted("600"));
                awaitSleeping(1);
            }
            awaitSleeping(0);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> SightIT.metric(single, "dbrouter_pool_in_use", "server=\"db-1\"") == 0);
        }
    }

    /** What the router asks for one session before another's statement on the same connection is not what is killed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theQuestionBeforeThemIsNotKilled(boolean sharing) throws Exception {
        SharedCluster.get()
                .primary()
                .execute("CREATE OR REPLACE TABLE foobar.given (id INT PRIMARY KEY AUTO_INCREMENT, n INT)");
        String pool =
                "pool: {max-connections: 1, wait-timeout: 30s, max-shared: " + (sharing ? 32 : 1) + ", share-from: 0}";
        String kind = "/* router:primary */ SELECT SLEEP(%s), %s, 'asked'";
        try (RouterFixture narrow = RouterFixture.start(
                                SharedCluster.get().servers(), "consistency: eventual", pool, "monitor: {timeout: 20s}")
                        .ready();
                Connection asker = narrow.connect();
                Statement asks = asker.createStatement();
                Connection victim = narrow.connect();
                Statement sleep = victim.createStatement();
                Connection other = narrow.connect();
                Statement kill = other.createStatement()) {
            long id = victim.unwrap(org.mariadb.jdbc.Connection.class).getThreadId();
            for (int i = 1; i <= 60; i++) {
                // So many that the kind is taken for a short one once more.
                for (int n = 0; sharing && n < 300; n++) {
                    assertThat(error(sleep, kind.formatted("0", "1"))).isZero();
                }
                asks.execute("INSERT INTO given (n) VALUES (0)");
                Future<Integer> ended = threads.submit(() -> error(sleep, kind.formatted("600", "1")));
                Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
                    kill.execute("KILL QUERY " + id);
                    return ended.isDone();
                });
                assertThat(ended.get()).isIn(INTERRUPTED, ENDED_ALL_THE_SAME);
                try (ResultSet rows = asks.executeQuery("SELECT LAST_INSERT_ID()")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(i);
                }
            }
        }
    }

    private void read(String user, String kind) {
        for (int client = 0; client < CLIENTS; client++) {
            int own = client + 1;
            readers.add(threads.submit(() -> {
                try (Connection connection = router.connectAs(user, "useServerPrepStmts=" + (own % 2 == 0));
                        PreparedStatement read = connection.prepareStatement(kind.formatted("0", "?"))) {
                    while (running.get()) {
                        read.setInt(1, own);
                        try (ResultSet rows = read.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt(2)).isEqualTo(own);
                        }
                        reads.incrementAndGet();
                    }
                }
                return null;
            }));
        }
    }

    /** The ids of the router's server connections, once reads share them. */
    private Set<String> awaitSharing() throws Exception {
        awaitMore();
        return connections();
    }

    /** Until reads share once more, as they do not for a while after one has kept others waiting. */
    private void awaitMore() throws Exception {
        double before = SightIT.metric(router, "dbrouter_reads_shared_total");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> SightIT.metric(router, "dbrouter_reads_shared_total") > before + 200
                        || readers.stream().anyMatch(Future::isDone));
    }

    private static Set<String> connections() {
        Set<String> ids = new TreeSet<>();
        for (MariaDbServer server : SharedCluster.get().servers()) {
            // Replicas may not have been asked yet.
            for (Map<String, @Nullable String> row :
                    server.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE USER LIKE 'ended%'")) {
                ids.add(server.address() + " " + row.get("ID"));
            }
        }
        return ids;
    }

    private static void awaitSleeping(int number) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            int sleeping = 0;
            for (MariaDbServer server : SharedCluster.get().servers()) {
                sleeping += Integer.parseInt(server.value("SELECT COUNT(*) FROM information_schema.PROCESSLIST"
                        + " WHERE INFO LIKE 'SELECT SLEEP(600)%'"));
            }
            return sleeping == number;
        });
    }

    /** The number of the error that it gets; 0 where it has slept its time. */
    private static int error(Statement statement, String sql) {
        try (ResultSet slept = statement.executeQuery(sql)) {
            return slept.next() && slept.getInt(1) == 1 ? ENDED_ALL_THE_SAME : 0;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    private void finish() throws Exception {
        running.set(false);
        for (Future<?> reader : readers) {
            reader.get(60, TimeUnit.SECONDS);
        }
    }
}
