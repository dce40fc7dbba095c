package com.foobar.dbrouter;

import com.foobar.kit.testing.MariaDbCluster;

/** One primary and two replicas of MariaDB for all tests of a JVM that leave them as they found them. */
final class SharedCluster {
    private static MariaDbCluster cluster;

    private SharedCluster() {}

    static synchronized MariaDbCluster get() {
        if (cluster == null) {
            cluster = MariaDbCluster.start(2);
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        }
        return cluster;
    }
}
