package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MySqlServers;
import com.mysql.cj.jdbc.JdbcConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looks for stale reads of a replica of MySQL 9.7, whose applier is delayed by up to 2 s and stopped in turn: clients write at the same
 * time, each a row of its own, and read it after each write.
 */
@Timeout(300)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlConsistencyIT {
    private static final int CLIENTS = 12;
    private static final long ENOUGH_READS = 5_000;
    private static final long AT_LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static MySqlPair mysql;
    private static RouterFixture one;
    private static RouterFixture other;

    /** Servers tell the positions of writes only where sessions need them. */
    private static RouterFixture ofSessions;

    private final long begun = System.nanoTime();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();

    @BeforeAll
    static void start() {
        mysql = MySqlPair.shared();
        one = mysql.router();
        other = mysql.router();
        ofSessions = mysql.router("consistency: session");
    }

    @AfterAll
    static void stop() {
        Stream.of(one, other, ofSessions).filter(Objects::nonNull).forEach(RouterFixture::close);
    }

    @BeforeEach
    void rows() {
        MySqlServers.execute(
                mysql.primary(),
                "DROP TABLE IF EXISTS foobar.seen",
                "CREATE TABLE foobar.seen (id INT PRIMARY KEY, version BIGINT NOT NULL)",
                "INSERT INTO foobar.seen WITH RECURSIVE ids (id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM ids WHERE id < "
                        + (CLIENTS - 1) + ") SELECT id, 0 FROM ids");
        String written = MySqlPair.value(mysql.primary(), "SELECT @@global.gtid_executed", 1);
        assertThat(MySqlPair.value(mysql.replica(), "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + written + "', 60)", 1))
                .as("the replica has the table")
                .isEqualTo("0");
    }

    @Test
    void noStrictReadMissesAWriteAcknowledgedThroughTheOtherRouter() throws Exception {
        check("", one, other, this::isEnough);
        assertThat(stale).hasValue(0);
        assertThat(fromReplica(other, "strict")).isGreaterThan(ENOUGH_READS / 100.0);
    }

    @Test
    void sessionsSeeTheirOwnWritesAmongThoseOfOthers() throws Exception {
        check("", ofSessions, null, this::isEnough);
        assertThat(stale).hasValue(0);
        assertThat(fromReplica(ofSessions, "session")).isGreaterThan(ENOUGH_READS / 100.0);
    }

    @Test
    void theCheckSeesStaleReadsWhereNothingIsPromised() throws Exception {
        check("/* router:consistency=eventual */ ", one, other, () -> stale.get() > 0);
        assertThat(stale.get()).isPositive();
    }

    /** What tells the position is in the last of several answers, and behind rows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CALL raise_and_show()",
                "SELECT raised()",
                "UPDATE seen SET version = version + 1 WHERE id = 0; SELECT version FROM seen; DO 1",
                "SELECT 1; UPDATE seen SET version = version + 1 WHERE id = 0; SELECT version FROM seen WHERE id = 0",
                "SELECT raised(); SELECT version FROM seen",
            })
    void sessionsSeeWhatWasWrittenAmongRows(String write) throws Exception {
        String raise = "UPDATE foobar.seen SET version = version + 1 WHERE id = 0";
        MySqlServers.execute(
                mysql.primary(),
                "DROP PROCEDURE IF EXISTS foobar.raise_and_show",
                "CREATE PROCEDURE foobar.raise_and_show() BEGIN SELECT 'before'; " + raise
                        + "; SELECT version FROM foobar.seen; END",
                "DROP FUNCTION IF EXISTS foobar.raised",
                "CREATE FUNCTION foobar.raised() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN " + raise
                        + "; RETURN 1; END");
        try (RouterFixture router = mysql.router("consistency: session", "read-index: {wait-limit: 10s}");
                Connection connection = DriverManager.getConnection(
                        "jdbc:mysql://localhost:" + router.port()
                                + "/foobar?allowMultiQueries=true&allowPublicKeyRetrieval=true",
                        RouterFixture.USER,
                        "foobar");
                Statement statement = connection.createStatement()) {
            awaitReadOnReplica(router, statement);
            disturb(1);
            for (int version = 1; version <= 3; version++) {
                boolean rows = statement.execute(write);
                while (rows || statement.getUpdateCount() >= 0) {
                    rows = statement.getMoreResults();
                }
                // A call keeps its connection, which is the primary's; what the client has written it has written
                // still.
                connection.unwrap(JdbcConnection.class).resetServerState();
                double before = fromReplica(router, "session");
                assertThat(version(statement)).isEqualTo(version);
                assertThat(fromReplica(router, "session"))
                        .as("reads that a replica has answered")
                        .isEqualTo(before + 1);
            }
        } finally {
            disturb(0);
        }
    }

    private static void awaitReadOnReplica(RouterFixture router, Statement statement) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            double before = SightIT.metric(router, "dbrouter_statements_total", "role=\"replica\"");
            version(statement);
            return SightIT.metric(router, "dbrouter_statements_total", "role=\"replica\"") > before;
        });
    }

    private static long version(Statement statement) throws SQLException {
        try (ResultSet seen = statement.executeQuery("SELECT version FROM seen WHERE id = 0")) {
            assertThat(seen.next()).isTrue();
            return seen.getLong(1);
        }
    }

    private boolean isEnough() {
        return reads.get() >= ENOUGH_READS && System.nanoTime() - begun >= AT_LEAST_NANOS;
    }

    private static double fromReplica(RouterFixture router, String level) throws IOException, InterruptedException {
        double sum = 0;
        for (String cause : List.of("reached", "waited")) {
            sum += SightIT.metric(
                    router, "dbrouter_reads_total", "cause=\"" + cause + "\",consistency=\"" + level + "\"");
        }
        return sum;
    }

    /** @param reading the router that is read through; null: by the session that has written */
    private void check(String hint, RouterFixture writing, @Nullable RouterFixture reading, BooleanSupplier enough)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            CountDownLatch underWay = new CountDownLatch(CLIENTS);
            for (int i = 0; i < CLIENTS; i++) {
                int row = i;
                running.add(threads.submit(() -> {
                    try {
                        return writeAndRead(row, hint, writing, reading, enough);
                    } finally {
                        underWay.countDown();
                    }
                }));
            }
            int round = 0;
            do {
                disturb(round++ % 3);
            } while (!underWay.await(1500, TimeUnit.MILLISECONDS));
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
            disturb(0);
        }
    }

    private static void disturb(int delaySeconds) {
        MySqlServers.execute(
                mysql.replica(),
                "STOP REPLICA SQL_THREAD",
                "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=" + delaySeconds,
                "START REPLICA SQL_THREAD");
    }

    private Void writeAndRead(
            int row, String hint, RouterFixture to, @Nullable RouterFixture from, BooleanSupplier enough)
            throws SQLException {
        try (Connection writing = to.connect();
                Connection reading = from == null ? writing : from.connect();
                Statement write = writing.createStatement();
                Statement read = reading.createStatement()) {
            for (long version = 1; !enough.getAsBoolean(); version++) {
                write.executeUpdate("UPDATE seen SET version = " + version + " WHERE id = " + row);
                try (ResultSet seen = read.executeQuery(hint + "SELECT version FROM seen WHERE id = " + row)) {
                    assertThat(seen.next()).isTrue();
                    if (seen.getLong(1) < version) {
                        stale.incrementAndGet();
                    }
                }
                reads.incrementAndGet();
            }
        }
        return null;
    }
}
