package com.foobar.dbrouter.topology;

import com.foobar.kit.testing.MariaDbCluster;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Makes two replicas late, again and again. */
public final class ReplicaDisturbance {
    private ReplicaDisturbance() {}

    /** Delays one replica by 0 to 2 s, stops and starts the applier of the other, in turn, until it is over. */
    public static void run(MariaDbCluster cluster, AtomicBoolean over) {
        Random random = new Random(3);
        for (int turn = 0; !over.get(); turn++) {
            int delayed = turn % 2;
            cluster.delayReplica(delayed, Duration.ofSeconds((turn + 1) % 3));
            pause(random.nextInt(700), over);
            cluster.stopApplying(1 - delayed);
            pause(random.nextInt(500), over);
            cluster.startApplying(1 - delayed);
            pause(1000 + random.nextInt(700), over);
            cluster.delayReplica(delayed, Duration.ZERO);
            pause(1500, over);
        }
    }

    /** Both keep up again. */
    public static void end(MariaDbCluster cluster) {
        for (int replica = 0; replica < 2; replica++) {
            cluster.delayReplica(replica, Duration.ZERO);
            cluster.startApplying(replica);
        }
    }

    private static void pause(long millis, AtomicBoolean over) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!over.get() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
