package com.foobar.kit.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A primary and its replicas: GTID replication, semi-synchronous, replicas read-only. Users and the database
 * {@code foobar} are those of {@link MariaDbServer}. {@link #close()} ends all of them and deletes their data.
 */
public final class MariaDbCluster implements DatabaseCluster {

    /** How long a commit waits for a replica to have the transaction before it goes on without, in these tests. */
    public static final Duration SEMI_SYNC_LIMIT = Duration.ofSeconds(2);

    private static final int REPLICATION_LIMIT_SECONDS = 30;

    private final List<MariaDbServer> servers;

    private MariaDbCluster(List<MariaDbServer> servers) {
        this.servers = List.copyOf(servers);
    }

    /** A primary and that many replicas, all up and replicating. */
    public static MariaDbCluster start(int replicas) {
        return start(MariaDbBinaries.unpacked(), replicas);
    }

    /** The same of the server that the machine has installed ({@link MariaDbServer#installedVersion()}). */
    public static MariaDbCluster startInstalled(int replicas) {
        return start(MariaDbBinaries.installed().orElseThrow(), replicas);
    }

    private static MariaDbCluster start(MariaDbBinaries binaries, int replicas) {
        List<MariaDbServer> servers = new ArrayList<>();
        try {
            MariaDbServer primary = MariaDbServer.start(
                    binaries,
                    1,
                    "--rpl-semi-sync-master-enabled=1",
                    "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
                    "--rpl-semi-sync-master-timeout=" + SEMI_SYNC_LIMIT.toMillis());
            servers.add(primary);
            for (int i = 0; i < replicas; i++) {
                MariaDbServer replica = MariaDbServer.start(binaries, 2 + i, "--read-only=1");
                servers.add(replica);
                replicateFrom(primary, replica);
            }
            MariaDbCluster cluster = new MariaDbCluster(servers);
            cluster.awaitReplication();
            return cluster;
        } catch (RuntimeException e) {
            servers.forEach(MariaDbServer::close);
            throw e;
        }
    }

    @Override
    public MariaDbServer primary() {
        return servers.get(0);
    }

    @Override
    public MariaDbServer replica(int index) {
        return servers.get(1 + index);
    }

    @Override
    public List<MariaDbServer> replicas() {
        return servers.subList(1, servers.size());
    }

    @Override
    public List<MariaDbServer> servers() {
        return servers;
    }

    @Override
    public void delayReplica(int index, Duration delay) {
        replica(index).execute("STOP SLAVE", "CHANGE MASTER TO MASTER_DELAY=" + delay.toSeconds(), "START SLAVE");
    }

    /** A replica (counted from 0) goes on receiving, and acknowledging, but applies nothing more. */
    @Override
    public void stopApplying(int index) {
        replica(index).execute("STOP SLAVE SQL_THREAD");
    }

    @Override
    public void startApplying(int index) {
        replica(index).execute("START SLAVE SQL_THREAD");
    }

    /**
     * Makes everything as at the start, for the next test: all servers run, the replicas are read-only and follow the
     * primary without delay. Data stays.
     */
    public void heal() {
        for (MariaDbServer server : servers) {
            if (!server.isRunning()) {
                server.start();
            }
        }
        for (MariaDbServer replica : replicas()) {
            replica.execute("STOP SLAVE", "SET GLOBAL read_only=1");
            replicateFrom(primary(), replica);
        }
        awaitReplication();
    }

    @Override
    public void awaitReplication() {
        String position = Objects.requireNonNull(primary().value("SELECT @@global.gtid_binlog_pos"));
        for (MariaDbServer replica : replicas()) {
            String result =
                    replica.value("SELECT MASTER_GTID_WAIT('" + position + "', " + REPLICATION_LIMIT_SECONDS + ")");
            if (!"0".equals(result)) {
                throw new IllegalStateException(replica + " has not reached " + position + " in "
                        + REPLICATION_LIMIT_SECONDS + " s: " + replica.rows("SHOW SLAVE STATUS"));
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(MariaDbServer::close);
    }

    private static void replicateFrom(MariaDbServer primary, MariaDbServer replica) {
        replica.execute(
                "CHANGE MASTER TO MASTER_HOST='" + primary.host() + "', MASTER_PORT=" + primary.port()
                        + ", MASTER_USER='foobar_replication', MASTER_PASSWORD='" + MariaDbServer.PASSWORD
                        + "', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=1"
                        + ", MASTER_SSL=0, MASTER_DELAY=0",
                "START SLAVE");
    }
}
