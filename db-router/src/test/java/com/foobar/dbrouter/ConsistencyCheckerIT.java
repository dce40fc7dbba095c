package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Looks for reads that see less than they are promised. Clients of two routers raise versions of rows of their own and read
 * them again; meanwhile replicas are delayed by up to 2 s and stopped in turn.
 */
@Timeout(300)
class ConsistencyCheckerIT {
    private static final int CLIENTS = 6;
    private static final long ENOUGH_READS = 6_000;
    private static final long AT_LEAST_NANOS = TimeUnit.SECONDS.toNanos(12);
    private static final int READS_AFTER_A_WRITE = 6;

    private static DisturbedCluster cluster;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();

    /** One round of a client: writes the version, reads it back and tells each version it saw. */
    private interface Round {
        void run(int client, long version, Connection[] connections) throws SQLException;
    }

    @BeforeAll
    static void start() {
        cluster = DisturbedCluster.start("consistency: session", "consistency: token");
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void rows() {
        cluster.createVersions("own", CLIENTS);
    }

    @Test
    void sessionsSeeTheirOwnWrites() throws Exception {
        long before = servedByReplicas();
        check((client, version, connections) -> {
            write(connections[0], client, version);
            for (int i = 0; i < READS_AFTER_A_WRITE; i++) {
                read(connections[0], "", client, version);
            }
        });
        assertThat(stale).hasValue(0);
        assertThat(servedByReplicas() - before).isGreaterThan(reads.get() / 10);
    }

    /** The write and its position come by one router, the reads go by another, on a connection that has written nothing. */
    @Test
    void readsWithATokenSeeWhatItNames() throws Exception {
        long before = servedByReplicas();
        check((client, version, connections) -> {
            write(connections[0], client, version);
            String token = text(connections[0], "SELECT @@global.gtid_binlog_pos");
            for (int i = 0; i < READS_AFTER_A_WRITE; i++) {
                read(connections[1], "/* router:token=" + token + " */ ", client, version);
            }
        });
        assertThat(stale).hasValue(0);
        assertThat(servedByReplicas() - before).isGreaterThan(reads.get() / 10);
    }

    @Test
    void theCheckSeesStaleReadsWhereNothingIsPromised() throws Exception {
        check((client, version, connections) -> {
            write(connections[0], client, version);
            for (int i = 0; i < READS_AFTER_A_WRITE; i++) {
                read(connections[0], "/* router:consistency=eventual */ ", client, version);
            }
        });
        assertThat(stale.get()).isPositive();
    }

    private void check(Round round) throws Exception {
        List<Callable<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(() -> rounds(client, round));
        }
        cluster.run(clients, over);
    }

    private Void rounds(int client, Round round) throws SQLException {
        long begun = System.nanoTime();
        try (Connection first = cluster.routers().get(0).connect("useServerPrepStmts=" + (client % 2 == 0));
                Connection second = cluster.routers().get(1).connect()) {
            for (long version = 1;
                    reads.get() < ENOUGH_READS || System.nanoTime() - begun < AT_LEAST_NANOS;
                    version++) {
                round.run(client, version, new Connection[] {first, second});
            }
        }
        return null;
    }

    private static void write(Connection connection, int client, long version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE own SET version = " + version + " WHERE id = " + client);
        }
    }

    private void read(Connection connection, String hint, int client, long expected) throws SQLException {
        long seen = Long.parseLong(text(connection, hint + "SELECT version FROM own WHERE id = " + client));
        reads.incrementAndGet();
        if (seen < expected) {
            stale.incrementAndGet();
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static long servedByReplicas() {
        return cluster.replicas().stream()
                .mapToLong(replica -> replica.status("Com_select"))
                .sum();
    }
}
