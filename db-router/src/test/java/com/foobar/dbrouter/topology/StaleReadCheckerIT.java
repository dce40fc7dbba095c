package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Looks for stale reads. Writers raise versions on the primary and note each as acknowledged when the commit has returned;
 * readers note what was acknowledged, have their server chosen by one of two independent views, and read there: to see
 * less than what they noted is a stale read. Meanwhile replicas are delayed and stopped again and again.
 */
@Timeout(300)
class StaleReadCheckerIT {

    private static final int KEYS = 12;
    private static final int WRITERS = 2;
    private static final int READERS = 8;
    private static final long ENOUGH_READS = 20_000;
    private static final Duration AT_LEAST = Duration.ofSeconds(20);

    private static DatabaseGroup group;

    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong fromReplicas = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();

    /** Chooses the server of a read. */
    private interface Choice {
        DatabaseServer next() throws Exception;
    }

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        group = new DatabaseGroup(2);
        group.cluster.primary().execute("CREATE TABLE foobar.register (id INT PRIMARY KEY, version BIGINT NOT NULL)");
    }

    @AfterAll
    static void stop() {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void strictReadsAreNeverStaleAndMostlyServedByReplicas() throws Exception {
        List<DatabaseGroup.View> routers = List.of(
                group.view(Duration.ofMillis(500), DatabaseGroup.DEFAULTS),
                group.view(Duration.ofMillis(500), DatabaseGroup.DEFAULTS));
        Map<ReadTarget.Cause, AtomicLong> causes = new HashMap<>();
        for (ReadTarget.Cause cause : ReadTarget.Cause.values()) {
            causes.put(cause, new AtomicLong());
        }

        run(reader -> () -> {
            ReadTarget target = DatabaseGroup.await(routers.get(reader % 2).choose());
            causes.get(target.cause()).incrementAndGet();
            return target.server();
        });

        report("strict", summary() + ", " + causes);
        assertThat(stale).hasValue(0);
        assertThat(reads).hasValueGreaterThanOrEqualTo(ENOUGH_READS);
        assertThat(fromReplicas.get()).isGreaterThan(reads.get() / 4);
    }

    @Test
    void theCheckSeesStaleReadsWhereReplicasAreNotAskedHowFarTheyAre() throws Exception {
        DatabaseGroup.View router = group.view(Duration.ofMillis(500), DatabaseGroup.DEFAULTS);
        Random random = new Random(1);

        run(reader -> () -> {
            List<ServerState> replicas = router.topology().snapshot().replicas();
            return replicas.isEmpty()
                    ? group.servers().get(0)
                    : replicas.get(random.nextInt(replicas.size())).server();
        });

        report("eventual", summary());
        assertThat(stale.get()).isPositive();
    }

    /** Leaves the numbers beside the other reports of the tests. */
    private static void report(String consistency, String numbers) throws IOException {
        Files.writeString(Path.of("target", "stale-reads-" + consistency + ".txt"), numbers + "\n");
    }

    private String summary() {
        return reads + " reads, " + fromReplicas + " from replicas, " + stale + " stale";
    }

    private interface Readers {
        Choice forReader(int reader);
    }

    private void run(Readers readers) throws Exception {
        group.cluster.primary().execute("DELETE FROM foobar.register");
        for (int key = 0; key < KEYS; key++) {
            group.cluster.primary().execute("INSERT INTO foobar.register VALUES (" + key + ", 0)");
        }
        group.cluster.awaitReplication();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                running.add(threads.submit(untilOver(() -> write(first))));
            }
            running.add(threads.submit(untilOver(() -> ReplicaDisturbance.run(group.cluster, over))));
            for (int reader = 0; reader < READERS; reader++) {
                int number = reader;
                Choice choice = readers.forReader(number);
                running.add(threads.submit(untilOver(() -> read(number, choice))));
            }
            for (Future<?> one : running) {
                one.get(280, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
            ReplicaDisturbance.end(group.cluster);
        }
    }

    /** One writer has its own keys, so that versions of a key only grow. */
    private void write(int first) throws SQLException {
        try (Connection connection = application(group.servers().get(0));
                PreparedStatement update =
                        connection.prepareStatement("UPDATE register SET version = ? WHERE id = ?")) {
            for (long version = 1; !over.get(); version++) {
                for (int key = first; key < KEYS; key += WRITERS) {
                    update.setLong(1, version);
                    update.setInt(2, key);
                    update.executeUpdate();
                    acknowledged.set(key, version);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        }
    }

    private void read(int seed, Choice choice) throws Exception {
        Random random = new Random(seed);
        long begun = System.nanoTime();
        Map<DatabaseServer, Connection> connections = new HashMap<>();
        Map<DatabaseServer, PreparedStatement> selects = new HashMap<>();
        try {
            for (DatabaseServer server : group.servers()) {
                Connection connection = application(server);
                connections.put(server, connection);
                selects.put(server, connection.prepareStatement("SELECT version FROM register WHERE id = ?"));
            }
            while (reads.get() < ENOUGH_READS || System.nanoTime() - begun < AT_LEAST.toNanos()) {
                int key = random.nextInt(KEYS);
                long expected = acknowledged.get(key);
                DatabaseServer server = choice.next();
                PreparedStatement select = selects.get(server);
                select.setInt(1, key);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    if (row.getLong(1) < expected) {
                        stale.incrementAndGet();
                    }
                }
                reads.incrementAndGet();
                if (!server.name().equals("db-1")) {
                    fromReplicas.incrementAndGet();
                }
            }
            over.set(true);
        } finally {
            for (Connection connection : connections.values()) {
                connection.close();
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** A failure of one thread ends the others too. */
    private Callable<Void> untilOver(Work work) {
        return () -> {
            try {
                work.run();
                return null;
            } catch (Exception e) {
                over.set(true);
                throw e;
            }
        };
    }

    private static Connection application(DatabaseServer server) throws SQLException {
        return group.process(server).connect("foobar_app", MariaDbServer.PASSWORD, MariaDbServer.DATABASE);
    }
}
