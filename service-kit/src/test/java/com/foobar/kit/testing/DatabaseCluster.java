package com.foobar.kit.testing;

import java.time.Duration;
import java.util.List;

/** A primary and its replicas, which are read-only. {@link #close} ends all of them and deletes their data. */
public interface DatabaseCluster extends AutoCloseable {
    /** The primary, then the replicas. */
    List<? extends DatabaseServer> servers();

    default DatabaseServer primary() {
        return servers().get(0);
    }

    default List<? extends DatabaseServer> replicas() {
        return servers().subList(1, servers().size());
    }

    /** A replica, counted from 0. */
    default DatabaseServer replica(int index) {
        return replicas().get(index);
    }

    /** Makes a replica (counted from 0) apply transactions that much later, in whole seconds; zero ends it. */
    void delayReplica(int index, Duration delay);

    /** A replica (counted from 0) goes on receiving, but applies nothing more. */
    void stopApplying(int index);

    /** Ends {@link #stopApplying(int)}. */
    void startApplying(int index);

    /** Returns when every replica has applied what the primary has committed by now. */
    void awaitReplication();

    @Override
    void close();
}
