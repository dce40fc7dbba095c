package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics and pages after what they count has been brought about, each of a router of its own. */
@Timeout(120)
class MetricValuesIT {
    private static final String READ = "SELECT n FROM metered WHERE id = 1";
    private static final String RAISE = "UPDATE metered SET n = n + 1 WHERE id = 1";

    private static MariaDbCluster cluster;

    @BeforeAll
    static void start() {
        cluster = SharedCluster.get();
        cluster.primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.metered (id INT PRIMARY KEY, n INT)",
                        "INSERT INTO foobar.metered VALUES (1, 0)");
        cluster.awaitReplication();
    }

    private static RouterFixture router(String... settings) {
        RouterFixture router = RouterFixture.start(cluster.servers(), settings).ready();
        for (String replica : List.of("db-2", "db-3")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            SightIT.metric(router, "dbrouter_server_answers_reads", "server=\"" + replica + "\"") == 1);
        }
        return router;
    }

    /** A lock of all tables lets a replica answer reads and apply nothing; it ends with the connection. */
    private static List<Connection> holdReplicas() throws SQLException {
        List<Connection> locks = new ArrayList<>();
        for (MariaDbServer replica : cluster.replicas()) {
            Connection lock = replica.connectAsRoot();
            locks.add(lock);
            lock.createStatement().execute("FLUSH TABLES WITH READ LOCK");
        }
        return locks;
    }

    private static void release(List<Connection> locks) throws SQLException {
        for (Connection lock : locks) {
            lock.close();
        }
        cluster.awaitReplication();
    }

    @Test
    void countsReadsThatFallBackAndWhy() throws Exception {
        try (RouterFixture router = router("read-index: {wait-limit: 200ms}", "monitor: {max-lag: 1h}");
                Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            number(statement, "/* router:consistency=eventual */ " + READ);
            assertThat(reads(router, "eventual", "any_replica")).isEqualTo(1);
            number(statement, READ);
            assertThat(reads(router, "strict", "reached") + reads(router, "strict", "waited"))
                    .isEqualTo(1);
            List<Connection> locks = holdReplicas();
            try {
                statement.execute(RAISE);
                number(statement, READ);
                assertThat(reads(router, "strict", "wait_limit")).isEqualTo(1);
                assertThat(SightIT.metric(router, "dbrouter_read_choice_seconds_sum", "consistency=\"strict\""))
                        .isGreaterThanOrEqualTo(.2);
                number(statement, READ);
                assertThat(reads(router, "strict", "replicas_behind")).isEqualTo(1);
            } finally {
                release(locks);
            }
            assertThat(SightIT.metric(router, "dbrouter_read_choice_seconds_count", "consistency=\"strict\""))
                    .isEqualTo(3);
            assertThat(SightIT.metric(router, "dbrouter_reads_total", "consistency="))
                    .isEqualTo(4);
        }
    }

    @Test
    void countsReadsThatHaveWaited() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (RouterFixture router = router("read-index: {wait-limit: 10s}", "monitor: {max-lag: 1h}");
                Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            Future<Integer> read;
            List<Connection> locks = holdReplicas();
            try {
                statement.execute(RAISE);
                read = thread.submit(() -> number(statement, READ));
                Awaitility.await().until(MetricValuesIT::replicasAreWaitedFor);
            } finally {
                release(locks);
            }
            assertThat(read.get(30, TimeUnit.SECONDS)).isPositive();
            assertThat(reads(router, "strict", "waited")).isEqualTo(1);
            assertThat(SightIT.metric(router, "dbrouter_reads_total", "consistency="))
                    .isEqualTo(1);
        } finally {
            thread.shutdown();
        }
    }

    /** A read that comes while the primary is asked waits for the next question, with all that have come meanwhile. */
    @Test
    void asksThePrimaryOnceForManyReads() throws Exception {
        int clients = 60;
        int rounds = 20;
        List<MySqlWire> wires = new ArrayList<>();
        try (RouterFixture router = router("read-index: {wait-limit: 10s}")) {
            for (int i = 0; i < clients; i++) {
                MySqlWire wire = new MySqlWire(router.port());
                wires.add(wire);
                wire.login();
            }
            double before = SightIT.metric(router, "dbrouter_read_index_probes_total");
            for (int round = 0; round < rounds; round++) {
                for (MySqlWire wire : wires) {
                    wire.query("SELECT n FROM foobar.metered WHERE id = 1");
                }
                for (MySqlWire wire : wires) {
                    assertThat(Integer.parseInt(wire.readValue())).isNotNegative();
                }
            }
            assertThat(SightIT.metric(router, "dbrouter_reads_total", "consistency=\"strict\""))
                    .isEqualTo(clients * rounds);
            assertThat(SightIT.metric(router, "dbrouter_read_index_probes_total") - before)
                    .isPositive()
                    .isLessThan(clients * rounds / 3.0);
        } finally {
            for (MySqlWire wire : wires) {
                wire.close();
            }
        }
    }

    private static boolean replicasAreWaitedFor() {
        return cluster.replicas().stream().noneMatch(replica -> "0"
                .equals(replica.value("SELECT COUNT(*) FROM information_schema.processlist"
                        + " WHERE info LIKE '%MASTER_GTID_WAIT%' AND info NOT LIKE '%processlist%'")));
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, malformed",
        "0200000017ff, malformed",
        "ffff1f00, malformed",
        "0100000503, out_of_order",
        "0100000077, unknown_command",
    })
    void countsErrorsOfTheProtocolByKind(String hex, String kind) throws Exception {
        try (RouterFixture router = router("sessions: {max-packet: 1MiB}");
                MySqlWire client = new MySqlWire(router.port())) {
            client.login();
            client.sendHex(hex);
            assertThat(client.readError()).isPositive();
            assertThat(errors(router, kind)).isEqualTo(1);
            assertThat(SightIT.metric(router, "dbrouter_errors_total", "kind=")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0100000100, malformed", "'', handshake_timeout"})
    void countsErrorsOfTheHandshakeByKind(String hex, String kind) throws Exception {
        try (RouterFixture router = router("sessions: {handshake-timeout: 1s}");
                MySqlWire client = new MySqlWire(router.port())) {
            client.greeting();
            client.sendHex(hex);
            assertThat(client.isClosedByPeer()).isTrue();
            assertThat(errors(router, kind)).isEqualTo(1);
            assertThat(SightIT.metric(router, "dbrouter_errors_total", "kind=")).isEqualTo(1);
        }
    }

    private static double errors(RouterFixture router, String kind) throws IOException, InterruptedException {
        return SightIT.metric(router, "dbrouter_errors_total", "kind=\"" + kind + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "SET @metered = 1, user_variable",
        "CREATE TEMPORARY TABLE metered_too (id INT), temporary_table",
        "'SELECT GET_LOCK(''metered'', 0)', named_lock",
        "LOCK TABLES metered READ, table_lock",
        "SET SESSION optimizer_switch = 'index_merge=on', session_variable",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, next_transaction",
        "PREPARE s FROM 'SELECT 1', text_prepare",
        "BEGIN NOT ATOMIC SELECT 1; END, procedure",
        "XA START 'metered', xa",
        "HANDLER metered OPEN, handler",
    })
    void tellsHowManySessionsArePinnedAndWhy(String statements, String reason) throws Exception {
        try (RouterFixture router = router()) {
            for (int clients = 1; clients <= 2; clients++) {
                try (Connection connection = router.connect();
                        Statement statement = connection.createStatement()) {
                    statement.execute(statements);
                    // The answer may be there before what came of it is counted.
                    Awaitility.await().untilAsserted(() -> assertThat(pinned(router, reason))
                            .isEqualTo(1));
                }
                Awaitility.await()
                        .untilAsserted(() -> assertThat(SightIT.metric(router, "dbrouter_sessions_pinned", "reason="))
                                .isZero());
            }
        }
    }

    private static double pinned(RouterFixture router, String reason) throws IOException, InterruptedException {
        return SightIT.metric(router, "dbrouter_sessions_pinned", "reason=\"" + reason + "\"");
    }

    @Test
    void tellsHowManyClientsShareAServerConnection() throws Exception {
        try (RouterFixture router = router();
                Connection first = router.connect();
                Connection second = router.connect();
                Connection third = router.connect();
                Statement one = first.createStatement();
                Statement two = second.createStatement()) {
            assertThat(third.isValid(5)).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(SightIT.metric(router, "dbrouter_clients_per_connection"))
                    .as("nothing is in use")
                    .isNaN());
            one.execute("BEGIN");
            one.execute(RAISE);
            assertThat(SightIT.metric(router, "dbrouter_client_sessions")).isEqualTo(3);
            assertThat(SightIT.metric(router, "dbrouter_clients_per_connection"))
                    .isEqualTo(3);
            two.execute("BEGIN");
            two.execute("INSERT INTO metered VALUES (2, 0)");
            assertThat(SightIT.metric(router, "dbrouter_clients_per_connection"))
                    .isEqualTo(1.5);
            one.execute("ROLLBACK");
            two.execute("ROLLBACK");
        }
    }

    @Test
    void tellsTheLagInSecondsAndTransactions() throws Exception {
        try (RouterFixture router = router("monitor: {max-lag: 1h}")) {
            cluster.delayReplica(0, Duration.ofMinutes(10));
            try {
                cluster.primary().execute("UPDATE foobar.metered SET n = 5", "UPDATE foobar.metered SET n = 6");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .during(Duration.ofSeconds(3))
                        .until(() -> lag(router, "db-2") >= 2);
                double before = lag(router, "db-2");
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lag(router, "db-2") >= before + 2);
                assertThat(SightIT.metric(router, "dbrouter_server_lag_transactions", "server=\"db-2\""))
                        .isEqualTo(2);
                assertThat(lag(router, "db-1")).isZero();
                assertThat(lag(router, "db-3")).isLessThan(before);
                assertThat(SightIT.metric(router, "dbrouter_server_lag_transactions", "server=\"db-3\""))
                        .isZero();
            } finally {
                cluster.delayReplica(0, Duration.ZERO);
                cluster.awaitReplication();
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lag(router, "db-2") == 0);
        }
    }

    private static double lag(RouterFixture router, String server) throws IOException, InterruptedException {
        return SightIT.metric(router, "dbrouter_server_lag_seconds", "server=\"" + server + "\"");
    }

    @Test
    void showsWhoUsesWaitsForAndMayHaveServerConnections() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (RouterFixture router = router("pool: {max-connections: 1, wait-timeout: 60s}");
                Connection first = router.connect();
                Connection second = router.connect();
                Statement one = first.createStatement();
                Statement two = second.createStatement()) {
            one.execute("BEGIN");
            one.execute(RAISE);
            assertThat(pool(router, "db-1")).hasToString(usage("db-1", 1, 0, 0));
            Future<Integer> waiting = thread.submit(() -> two.executeUpdate(RAISE));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(pool(router, "db-1")).hasToString(usage("db-1", 1, 0, 1)));
            assertThat(SightIT.metric(router, "dbrouter_pool_waiting", "server=\"db-1\""))
                    .isEqualTo(1);
            one.execute("COMMIT");
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(pool(router, "db-1")).hasToString(usage("db-1", 0, 1, 0)));
            assertThat(SightIT.page(router, "/pools").getInteger("clients")).isEqualTo(2);
        } finally {
            thread.shutdown();
        }
    }

    private static JsonObject pool(RouterFixture router, String server) throws IOException, InterruptedException {
        for (Object one : SightIT.page(router, "/pools").getJsonArray("servers")) {
            if (((JsonObject) one).getString("server").equals(server)) {
                return (JsonObject) one;
            }
        }
        throw new AssertionError("no " + server);
    }

    private static String usage(String server, int inUse, int idle, int waiting) {
        return new JsonObject()
                .put("server", server)
                .put("inUse", inUse)
                .put("idle", idle)
                .put("waiting", waiting)
                .put("max", 1)
                .toString();
    }

    /** Of one event loop, which tells a thousand apart; the page shows 200 of these. */
    @Test
    void countsTheRestOfTheStatementsTogether() throws Exception {
        int different = 1_100;
        try (RouterFixture router = router("consistency: eventual");
                Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < different; i++) {
                assertThat(number(statement, "SELECT 5 AS c" + i)).isEqualTo(5);
            }
            JsonObject page = SightIT.page(router, "/digests");
            assertThat(page.getInteger("different")).isEqualTo(1_000);
            JsonArray digests = page.getJsonArray("digests");
            assertThat(digests).hasSize(201);
            JsonObject others = digests.getJsonObject(200);
            assertThat(others.getString("digest")).isEqualTo("others");
            assertThat(others.getString("statement")).isEqualTo("(others)");
            assertThat(others.getLong("rows")).isGreaterThanOrEqualTo(different - 200);
            long executions = 0;
            for (Object digest : digests) {
                executions += ((JsonObject) digest).getLong("count");
            }
            assertThat(executions).isGreaterThanOrEqualTo(different);
        }
    }

    private static double reads(RouterFixture router, String consistency, String cause)
            throws IOException, InterruptedException {
        return SightIT.metric(
                router, "dbrouter_reads_total", "cause=\"" + cause + "\",consistency=\"" + consistency + "\"");
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
