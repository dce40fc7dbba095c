package com.foobar.dbrouter;

import com.foobar.dbrouter.topology.ReplicaDisturbance;
import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;

/** Two routers to a primary and two replicas, which are delayed by up to 2 s and stopped in turn while clients run. */
final class DisturbedCluster implements AutoCloseable {
    private final MariaDbCluster cluster;
    private final List<RouterFixture> routers;

    private DisturbedCluster(MariaDbCluster cluster, List<RouterFixture> routers) {
        this.cluster = cluster;
        this.routers = routers;
    }

    /** Skips the test where the embedded MariaDB does not run. */
    static DisturbedCluster start(String firstRouter, String secondRouter) {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        MariaDbCluster cluster = MariaDbCluster.start(2);
        return new DisturbedCluster(
                cluster,
                List.of(
                        RouterFixture.startSharing(cluster.servers(), firstRouter)
                                .ready(),
                        RouterFixture.startSharing(cluster.servers(), secondRouter)
                                .ready()));
    }

    List<RouterFixture> routers() {
        return routers;
    }

    List<MariaDbServer> replicas() {
        return cluster.replicas();
    }

    /** Makes a table of rows with the ids from 0 on, all of them of version 0, on all servers. */
    void createVersions(String table, int rows) {
        cluster.primary()
                .execute("CREATE OR REPLACE TABLE foobar." + table + " (id INT PRIMARY KEY, version BIGINT NOT NULL)");
        for (int row = 0; row < rows; row++) {
            cluster.primary().execute("INSERT INTO foobar." + table + " VALUES (" + row + ", 0)");
        }
        cluster.awaitReplication();
    }

    /** Runs the clients, each on a thread of its own, while the replicas are disturbed; returns when all have ended, and fails as one of them did. */
    void run(List<Callable<Void>> clients, AtomicBoolean over) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> running = new ArrayList<>();
            running.add(threads.submit(untilOver(
                    () -> {
                        ReplicaDisturbance.run(cluster, over);
                        return null;
                    },
                    over)));
            for (Callable<Void> client : clients) {
                running.add(threads.submit(untilOver(client, over)));
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

    /** The end of one thread, a failure too, ends the others. */
    private static Callable<Void> untilOver(Callable<Void> work, AtomicBoolean over) {
        return () -> {
            try {
                return work.call();
            } finally {
                over.set(true);
            }
        };
    }

    @Override
    public void close() {
        routers.forEach(RouterFixture::close);
        cluster.close();
    }
}
