package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
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

    private static DisturbedCluster cluster;

    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();

    @BeforeAll
    static void start() {
        cluster = DisturbedCluster.start("monitor: {timeout: 20s}", "monitor: {timeout: 20s}");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void rows() {
        cluster.createVersions("seen", KEYS);
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
        for (RouterFixture router : cluster.routers()) {
            sum += SightIT.metric(router, "dbrouter_reads_total", "cause=\"" + cause + "\",consistency=\"strict\"");
        }
        return sum;
    }

    private void check(String hint, BooleanSupplier enough) throws Exception {
        List<Callable<Void>> clients = new ArrayList<>();
        for (int router = 0; router < 2; router++) {
            int number = router;
            clients.add(() -> write(number));
        }
        for (int i = 0; i < READERS; i++) {
            int reader = i;
            clients.add(() -> read(reader, hint, enough));
        }
        cluster.run(clients, over);
    }

    /** Each router has the writer of every other key, so that versions of a key only grow. */
    private Void write(int router) throws SQLException {
        try (Connection connection = cluster.routers().get(router).connect();
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
        try (Connection connection = cluster.routers().get(router).connect("useServerPrepStmts=" + (reader % 4 < 2));
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
}
