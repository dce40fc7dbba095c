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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Short reads of several clients that are sent on one server connection, one behind another. */
class SharedConnectionsIT {
    private static final int CLIENTS = 24;
    private static final int ROWS = 500;

    /** Where they share whenever they can. */
    private static RouterFixture router;

    private static RouterFixture shipped;

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2);

    @BeforeAll
    static void start() {
        SharedCluster.get()
                .primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.shared (id INT PRIMARY KEY, n INT, text VARCHAR(20))",
                        "INSERT INTO foobar.shared SELECT seq, 0, CONCAT('row ', seq) FROM foobar.seq_1_to_" + ROWS);
        SharedCluster.get().awaitReplication();
        router = RouterFixture.startSharing(
                        SharedCluster.get().servers(),
                        "pool: {wait-timeout: 30s}",
                        "sessions: {linger: 10s}",
                        "monitor: {timeout: 20s}")
                .ready();
        shipped = RouterFixture.start(
                        SharedCluster.get().servers(), "pool: {wait-timeout: 30s}", "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
        shipped.close();
    }

    /** And each sees its own last write in its next read. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void eachClientGetsItsOwnAnswers(boolean prepared, boolean eagerly) throws Exception {
        RouterFixture router = eagerly ? SharedConnectionsIT.router : shipped;
        double before = SightIT.metric(router, "dbrouter_reads_shared_total");
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int own = client + 1;
            clients.add(threads.submit(() -> {
                try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                        PreparedStatement read =
                                connection.prepareStatement("SELECT id, text FROM shared WHERE id = ?");
                        PreparedStatement change = connection.prepareStatement("UPDATE shared SET n = ? WHERE id = ?");
                        PreparedStatement written = connection.prepareStatement("SELECT n FROM shared WHERE id = ?")) {
                    for (int i = 0; i < 300; i++) {
                        int id = (own * 31 + i * 7) % ROWS + 1;
                        read.setInt(1, id);
                        try (ResultSet rows = read.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt(1)).isEqualTo(id);
                            assertThat(rows.getString(2)).isEqualTo("row " + id);
                            assertThat(rows.next()).isFalse();
                        }
                        if (i % 10 == 0) {
                            change.setInt(1, i);
                            change.setInt(2, own);
                            assertThat(change.executeUpdate()).isEqualTo(1);
                            written.setInt(1, own);
                            assertThat(number(written)).isEqualTo(i);
                        }
                        if (i % 50 == 0) {
                            failsByItself(connection);
                        }
                    }
                }
                return null;
            }));
        }
        finish(clients);
        assertThat(SightIT.metric(router, "dbrouter_reads_shared_total")).isGreaterThan(before);
    }

    /** Three at once have no more than two connections beside them, on whatever event loops they are. */
    @Test
    void fewClientsHaveAConnectionEach() throws Exception {
        double before = SightIT.metric(shipped, "dbrouter_reads_shared_total");
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < 3; client++) {
            clients.add(threads.submit(() -> {
                try (Connection connection = shipped.connect();
                        PreparedStatement read = connection.prepareStatement("SELECT n FROM shared WHERE id = ?")) {
                    for (int i = 1; i <= ROWS; i++) {
                        read.setInt(1, i);
                        number(read);
                    }
                }
                return null;
            }));
        }
        finish(clients);
        assertThat(SightIT.metric(shipped, "dbrouter_reads_shared_total")).isEqualTo(before);
    }

    private static void failsByItself(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT nothing FROM shared").close();
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isEqualTo(1054);
            return;
        }
        throw new AssertionError("there is no such column");
    }

    @Test
    void readsElsewhereWhenTheirConnectionIsKilled() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong reads = new AtomicLong();
        List<Future<?>> clients = readers("SELECT n FROM shared WHERE id = ?", running, reads);
        for (int kills = 0; kills < 5; kills++) {
            long before = reads.get();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() > before + 500);
            for (MariaDbServer server : SharedCluster.get().servers()) {
                server.execute("KILL CONNECTION USER foobar_app");
            }
        }
        long after = reads.get();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() > after + 500);
        running.set(false);
        finish(clients);
    }

    /** Whoever goes away leaves an answer that nobody else gets. */
    @Test
    void clientsThatVanishDisturbNobody() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong reads = new AtomicLong();
        List<Future<?>> clients = readers("SELECT id FROM shared WHERE id = ?", running, reads);
        for (int i = 0; i < 100; i++) {
            try (MySqlWire wire = new MySqlWire(router.port())) {
                wire.login();
                wire.query("SELECT id FROM foobar.shared WHERE id = 1");
            }
        }
        long after = reads.get();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() > after + 500);
        running.set(false);
        finish(clients);
    }

    /** Whatever is behind a read on its connection clears its warnings away, and an answer that has some is not taken from there. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1 + ?", "SELECT (SELECT id FROM shared WHERE id <= ?)"})
    void warningsAndErrorsCanBeAskedFor(String sql) throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong reads = new AtomicLong();
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            boolean disturbs = client == 0;
            clients.add(threads.submit(() -> {
                try (Connection connection = router.connect();
                        PreparedStatement read = connection.prepareStatement(sql);
                        Statement ask = connection.createStatement()) {
                    while (running.get()) {
                        boolean odd = disturbs && reads.get() % 500 < CLIENTS;
                        int expected = odd ? (sql.contains("FROM") ? 1242 : 1292) : 0;
                        read.setString(1, odd ? (sql.contains("FROM") ? "9" : "x") : "1");
                        try (ResultSet rows = read.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                        } catch (SQLException e) {
                            assertThat(e.getErrorCode()).isEqualTo(expected);
                        }
                        if (odd) {
                            try (ResultSet rows = ask.executeQuery("SHOW WARNINGS")) {
                                assertThat(rows.next()).isTrue();
                                assertThat(rows.getInt(2)).isEqualTo(expected);
                            } catch (SQLException e) {
                                // No connection is kept for an error, as one is for warnings.
                                assertThat(expected).isEqualTo(1242);
                                assertThat(e.getErrorCode()).isEqualTo(1105);
                            }
                        }
                        reads.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> reads.get() > 8000 || clients.stream().anyMatch(Future::isDone));
        running.set(false);
        finish(clients);
    }

    /** In a transaction every answer says that the session is another, which is no fault of the kind. */
    @Test
    void readsInTransactionsDoNotKeepOthersFromSharing() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int own = client + 1;
            clients.add(threads.submit(() -> {
                try (Connection connection = router.connect();
                        PreparedStatement read =
                                connection.prepareStatement("SELECT n, id FROM shared WHERE id = ? AND 8 = 8");
                        Statement transaction = connection.createStatement()) {
                    read.setInt(1, own);
                    for (int i = 0; running.get(); i++) {
                        if (i % CLIENTS == own - 1) {
                            transaction.execute("BEGIN");
                            number(read);
                            transaction.execute("COMMIT");
                        }
                        number(read);
                    }
                }
                return null;
            }));
        }
        double before = SightIT.metric(router, "dbrouter_reads_shared_total");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> SightIT.metric(router, "dbrouter_reads_shared_total") > before + 500
                        || clients.stream().anyMatch(Future::isDone));
        running.set(false);
        finish(clients);
        assertThat(SightIT.metric(router, "dbrouter_reads_shared_total")).isGreaterThan(before + 500);
    }

    /** The question follows each read of the kind, so that none of them is shared. */
    @Test
    void foundRowsAreItsOwn() throws Exception {
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int own = client + 1;
            clients.add(threads.submit(() -> {
                try (Connection connection = router.connect();
                        PreparedStatement read = connection.prepareStatement("SELECT id, n FROM shared WHERE id <= ?");
                        PreparedStatement ask = connection.prepareStatement("SELECT FOUND_ROWS()")) {
                    read.setInt(1, own);
                    for (int i = 0; i < 100; i++) {
                        number(read);
                        assertThat(askedAtOnce(ask)).isIn(own, -1);
                    }
                }
                return null;
            }));
        }
        finish(clients);
    }

    /** Another session may have taken the connection since, which is told by an error; a wrong number never is. */
    private static int askedAtOnce(PreparedStatement ask) throws SQLException {
        try {
            return number(ask);
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).isEqualTo(1105);
            return -1;
        }
    }

    /** It has been of a few bytes until then. */
    @Test
    void nobodyWaitsForWhoDoesNotRead() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong reads = new AtomicLong();
        List<Future<?>> clients = readers("SELECT 7, REPEAT('x', ?)", running, reads);
        for (int i = 0; i < 3; i++) {
            long before = reads.get();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() > before + 1000);
            try (MySqlWire wire = new MySqlWire(router.port())) {
                wire.login();
                wire.query("SELECT 7, REPEAT('x', 15000000)");
                long meanwhile = reads.get();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() > meanwhile + 1000);
            }
        }
        running.set(false);
        finish(clients);
    }

    private List<Future<?>> readers(String sql, AtomicBoolean running, AtomicLong reads) {
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int own = client + 1;
            clients.add(threads.submit(() -> {
                try (Connection connection = router.connect("useServerPrepStmts=" + (own % 2 == 0));
                        PreparedStatement read = connection.prepareStatement(sql)) {
                    while (running.get()) {
                        read.setInt(1, own);
                        number(read);
                        reads.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        return clients;
    }

    private void finish(List<Future<?>> clients) throws Exception {
        for (Future<?> client : clients) {
            client.get();
        }
        threads.shutdown();
    }

    private static int number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
