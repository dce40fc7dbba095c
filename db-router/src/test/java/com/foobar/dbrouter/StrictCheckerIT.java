package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.topology.ReplicaDisturbance;
import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Looks for stale reads at the level that is the default. Writers raise versions through one router and note each as
 * acknowledged; readers of the other router note what was acknowledged before they ask: to see less is a stale read. It goes
 * both ways, while replicas are delayed by up to 2 s and stopped in turn.
 */
@Timeout(300)
class StrictCheckerIT {
    private static final int KEYS = 12;
    private static final int READERS = 24;
    private static final long ENOUGH_READS = 100_000;
    private static final long AT_LEAST_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static MariaDbCluster cluster;
    private static List<RouterFixture> routers;

    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        cluster = MariaDbCluster.start(2);
        routers = List.of(
                RouterFixture.startSharing(cluster.servers(), "monitor: {timeout: 20s}")
                        .ready(),
                RouterFixture.startSharing(cluster.servers(), "monitor: {timeout: 20s}")
                        .ready());
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            routers.forEach(RouterFixture::close);
            cluster.close();
        }
    }

    @BeforeEach
    void rows() {
        cluster.primary().execute("CREATE OR REPLACE TABLE foobar.seen (id INT PRIMARY KEY, version BIGINT NOT NULL)");
        for (int key = 0; key < KEYS; key++) {
            cluster.primary().execute("INSERT INTO foobar.seen VALUES (" + key + ", 0)");
        }
        cluster.awaitReplication();
    }

    @Test
    void noReadMissesAWriteAcknowledgedThroughTheOtherRouter() throws Exception {
        long begun = System.nanoTime();
        check("", () -> reads.get() >= ENOUGH_READS && System.nanoTime() - begun >= AT_LEAST_NANOS);

        double fromReplicas = reads("reached") + reads("waited");
        double fallbacks = reads("wait_limit") + reads("replicas_behind");
        Files.writeString(
                Path.of("target", "stale-reads-routers.txt"),
                reads + " reads in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s, " + fromReplicas
                        + " from replicas (" + reads("waited") + " waited), " + fallbacks + " fell back, " + stale
                        + " stale\n");
        assertThat(stale).hasValue(0);
        assertThat(fromReplicas).isGreaterThan(ENOUGH_READS / 10.0);
        assertThat(reads("waited")).isPositive();
        assertThat(fallbacks).isPositive();
    }

    @Test
    void theCheckSeesStaleReadsWhereNothingIsPromised() throws Exception {
        check("/* router:consistency=eventual */ ", () -> stale.get() > 0);
        assertThat(stale.get()).isPositive();
    }

    /** Of both routers, chosen for that cause. */
    private static double reads(String cause) throws IOException, InterruptedException {
        double sum = 0;
        for (RouterFixture router : routers) {
            sum += SightIT.metric(router, "dbrouter_reads_total", "cause=\"" + cause + "\",consistency=\"strict\"");
        }
        return sum;
    }

    private void check(String hint, BooleanSupplier enough) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(untilOver(() -> {
                ReplicaDisturbance.run(cluster, over);
                return null;
            })));
            for (int router = 0; router < 2; router++) {
                int number = router;
                running.add(threads.submit(untilOver(() -> write(number))));
            }
            for (int i = 0; i < READERS; i++) {
                int reader = i;
                running.add(threads.submit(untilOver(() -> read(reader, hint, enough))));
            }
            for (Future<?> one : running) {
                one.get(280, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
            ReplicaDisturbance.end(cluster);
        }
    }

    /** Each router has the writer of every other key, so that versions of a key only grow. */
    private Void write(int router) throws SQLException {
        try (Connection connection = routers.get(router).connect();
                PreparedStatement update = connection.prepareStatement("UPDATE seen SET version = ? WHERE id = ?")) {
            for (long version = 1; !over.get(); version++) {
                for (int key = router; key < KEYS; key += 2) {
                    update.setLong(1, version);
                    update.setInt(2, key);
                    update.executeUpdate();
                    acknowledged.set(key, version);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        }
        return null;
    }

    /** Of the keys that are written through the other router. */
    private Void read(int reader, String hint, BooleanSupplier enough) throws SQLException {
        Random random = new Random(reader);
        int router = reader % 2;
        try (Connection connection = routers.get(router).connect("useServerPrepStmts=" + (reader % 4 < 2));
                PreparedStatement select =
                        connection.prepareStatement(hint + "SELECT version FROM seen WHERE id = ?")) {
            while (!over.get() && !enough.getAsBoolean()) {
                int key = 2 * random.nextInt(KEYS / 2) + 1 - router;
                long expected = acknowledged.get(key);
                select.setInt(1, key);
                try (ResultSet row = select.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    if (row.getLong(1) < expected) {
                        stale.incrementAndGet();
                    }
                }
                reads.incrementAndGet();
            }
        }
        return null;
    }

    /** A failure of one thread ends the others too. */
    private Callable<Void> untilOver(Callable<Void> work) {
        return () -> {
            try {
                return work.call();
            } finally {
                over.set(true);
            }
        };
    }
}
