package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server answers a read, by its own id: 1 is the primary, 2 and 3 are the replicas. */
class ReplicaChoiceIT {
    private static final String WHO = "/* router:replica */ SELECT @@server_id";
    private static final int NOT_REACHABLE = 1429;

    private static MariaDbCluster cluster;

    @BeforeAll
    static void start() {
        cluster = SharedCluster.get();
        cluster.primary().execute("CREATE OR REPLACE TABLE foobar.chosen (n INT)");
        cluster.awaitReplication();
    }

    /** With what is said of the two replicas; all servers are known to be in order. */
    private static RouterFixture router(String second, String third, String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of(more));
        settings.add("consistency: eventual");
        settings.add("pool: {connect-timeout: 30s}");
        RouterFixture router = RouterFixture.start(
                        "servers:\n" + server(0, "") + server(1, second) + server(2, third),
                        settings.toArray(String[]::new))
                .ready();
        for (String replica : List.of("db-2", "db-3")) {
            awaitReads(router, replica, true);
        }
        return router;
    }

    private static String server(int index, String more) {
        return "  - {name: db-" + (index + 1) + ", address: '"
                + cluster.servers().get(index).address() + "'" + (more.isEmpty() ? "" : ", " + more) + "}\n";
    }

    private static void awaitReads(RouterFixture router, String server, boolean answers) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"" + server + "\"")
                        == (answers ? 1 : 0));
    }

    @ParameterizedTest
    @CsvSource({
        "weight: 1, weight: 1, '{2=20, 3=20}'",
        "weight: 3, weight: 1, '{2=30, 3=10}'",
        "weight: 1, weight: 4, '{2=8, 3=32}'",
        "weight: 0, weight: 1, '{3=40}'",
        "weight: 0, weight: 0, '{1=40}'",
    })
    void sharesReadsByWeight(String second, String third, String expected) throws Exception {
        try (RouterFixture router = router(second, third);
                Connection connection = router.connect()) {
            assertThat(servers(connection, WHO, 40)).hasToString(expected);
        }
    }

    @Test
    void prefersReplicasOfItsZone() throws Exception {
        try (RouterFixture router = router("zone: near", "zone: far, weight: 100", "reads: {zone: near}");
                Connection connection = router.connect()) {
            assertThat(servers(connection, WHO, 10)).hasToString("{2=10}");
            cluster.stopApplying(0);
            try {
                awaitReads(router, "db-2", false);
                assertThat(servers(connection, WHO, 10)).hasToString("{3=10}");
            } finally {
                cluster.startApplying(0);
                cluster.awaitReplication();
            }
            awaitReads(router, "db-2", true);
            assertThat(servers(connection, WHO, 10)).hasToString("{2=10}");
        }
    }

    /** Counted for each event loop: of clients of as many as there are, one has its reads on the loop of the busy one. */
    @Test
    void choosesTheReplicaWithFewestInFlight() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        List<Connection> others = new ArrayList<>();
        try (RouterFixture router = router("", "");
                Connection busy = router.connect();
                Statement slow = busy.createStatement()) {
            Future<Boolean> sleeping = thread.submit(() -> slow.execute("SELECT SLEEP(30), 'in flight'"));
            Awaitility.await().until(() -> sleeper() > 0);
            String idle = "{" + (5 - sleeper()) + "=10}";
            String seen = "";
            while (!seen.equals(idle)
                    && others.size() <= 2 * Runtime.getRuntime().availableProcessors()) {
                Connection other = router.connect();
                others.add(other);
                seen = servers(other, WHO, 10).toString();
            }
            assertThat(seen).isEqualTo(idle);
            slow.cancel();
            assertThatThrownBy(sleeping::get).hasRootCauseInstanceOf(SQLException.class);
            // The connection of the KILL is in use until it has its own answer.
            Connection last = others.get(others.size() - 1);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(servers(last, WHO, 10)).hasToString("{2=5, 3=5}"));
        } finally {
            for (Connection other : others) {
                other.close();
            }
            thread.shutdown();
        }
    }

    /** The id of the server that runs the slow statement; 0 while none does. */
    private static int sleeper() {
        for (MariaDbServer server : cluster.servers()) {
            if (!"0"
                    .equals(server.value("SELECT COUNT(*) FROM information_schema.processlist"
                            + " WHERE info LIKE '%in flight%' AND info NOT LIKE '%processlist%'"))) {
                return Integer.parseInt(server.value("SELECT @@server_id"));
            }
        }
        return 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"eventual", "session", "strict"})
    void failsWhereNoReplicaMayAnswerAndThePrimaryShallNot(String level) throws Exception {
        try (RouterFixture router = router("weight: 0", "weight: 0", "reads: {fallback: error}");
                Connection connection = router.connect("connectionAttributes=router_consistency:" + level);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT COUNT(*) FROM chosen"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(NOT_REACHABLE))
                    .hasMessageContaining("no replica may answer the read: none is in order, and within the limit");
            assertThat(servers(connection, "/* router:primary */ SELECT @@server_id", 1))
                    .hasToString("{1=1}");
            statement.execute("INSERT INTO chosen VALUES (1)");
            assertThat(failures(router, level)).isEqualTo(1);
        }
    }

    private static double failures(RouterFixture router, String level) throws IOException, InterruptedException {
        return SightIT.metric(router, "dbrouter_read_failures_total", "consistency=\"" + level + "\"");
    }

    @Test
    void leavesOutAReplicaThatIsFurtherBehindThanTheHintAllows() throws Exception {
        try (RouterFixture router = router("", "", "monitor: {max-lag: 1h}");
                Connection connection = router.connect()) {
            String hint = "/* router:replica max-lag=3s */ SELECT @@server_id";
            assertThat(servers(connection, hint, 10)).hasToString("{2=5, 3=5}");
            cluster.delayReplica(0, Duration.ofMinutes(10));
            try {
                cluster.primary().execute("INSERT INTO foobar.chosen VALUES (2)");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .during(Duration.ofSeconds(4))
                        .until(() -> SightIT.metric(router, "dbrouter_server_lag_seconds", "server=\"db-2\"") > 3);
                awaitReads(router, "db-2", true);
                assertThat(servers(connection, hint, 10)).hasToString("{3=10}");
                assertThat(servers(connection, "/* router:replica max-lag=30m */ SELECT @@server_id", 10))
                        .hasToString("{2=5, 3=5}");
            } finally {
                cluster.delayReplica(0, Duration.ZERO);
                cluster.awaitReplication();
            }
        }
    }

    /** How many of so many reads each server has answered. */
    private static Map<Integer, Integer> servers(Connection connection, String sql, int reads) throws SQLException {
        Map<Integer, Integer> servers = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < reads; i++) {
                try (ResultSet row = statement.executeQuery(sql)) {
                    assertThat(row.next()).isTrue();
                    servers.merge(row.getInt(1), 1, Integer::sum);
                }
            }
        }
        return servers;
    }
}
