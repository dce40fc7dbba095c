package com.foobar.kit.testing;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/**
 * A primary of MySQL 9.7 and its replicas in containers: GTID replication, replicas read-only. The database {@code foobar} is
 * there, and {@code root}, {@code foobar_app} and {@code foobar_monitor} with the rights and the password of {@link
 * MariaDbServer}'s.
 */
public final class MySqlCluster implements DatabaseCluster {
    private static final int REPLICATION_LIMIT_SECONDS = 60;

    private final Network network;
    private final List<MySqlServer> servers;

    private MySqlCluster(Network network, List<MySqlServer> servers) {
        this.network = network;
        this.servers = List.copyOf(servers);
    }

    /** A primary and that many replicas, all up and replicating. Takes some 30 seconds; needs {@link MySqlServers#imageIsHere}. */
    public static MySqlCluster start(int replicas) {
        Network network = Network.newNetwork();
        List<GenericContainer<?>> containers = IntStream.rangeClosed(1, 1 + replicas)
                .<GenericContainer<?>>mapToObj(
                        id -> MySqlServers.server(id).withNetwork(network).withNetworkAliases("db-" + id))
                .toList();
        MySqlCluster cluster = new MySqlCluster(
                network, containers.stream().map(MySqlServer::new).toList());
        try {
            Startables.deepStart(containers).join();
            for (GenericContainer<?> container : containers) {
                MySqlServers.execute(container, "RESET BINARY LOGS AND GTIDS");
            }
            cluster.replicate();
            cluster.primary()
                    .execute(
                            // As MariaDB has it.
                            "SET GLOBAL local_infile = ON",
                            "CREATE DATABASE foobar CHARACTER SET utf8mb4",
                            "CREATE USER foobar_app@'%' IDENTIFIED BY 'foobar'",
                            "GRANT ALL ON foobar.* TO foobar_app@'%'",
                            "CREATE USER foobar_monitor@'%' IDENTIFIED BY 'foobar'",
                            "GRANT REPLICATION CLIENT, PROCESS ON *.* TO foobar_monitor@'%'");
            cluster.awaitReplication();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void replicate() {
        for (DatabaseServer replica : replicas()) {
            replica.execute(
                    "CHANGE REPLICATION SOURCE TO SOURCE_HOST='db-1', SOURCE_USER='root', SOURCE_PASSWORD='"
                            + MySqlServers.ROOT_PASSWORD + "', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1",
                    "START REPLICA",
                    "SET GLOBAL super_read_only=ON");
        }
    }

    @Override
    public List<MySqlServer> servers() {
        return servers;
    }

    @Override
    public void delayReplica(int index, Duration delay) {
        replica(index)
                .execute(
                        "STOP REPLICA SQL_THREAD",
                        "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=" + delay.toSeconds(),
                        "START REPLICA SQL_THREAD");
    }

    @Override
    public void stopApplying(int index) {
        replica(index).execute("STOP REPLICA SQL_THREAD");
    }

    @Override
    public void startApplying(int index) {
        replica(index).execute("START REPLICA SQL_THREAD");
    }

    @Override
    public void awaitReplication() {
        String position = Objects.requireNonNull(primary().value("SELECT @@global.gtid_executed"));
        for (DatabaseServer replica : replicas()) {
            String result = replica.value(
                    "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + position + "', " + REPLICATION_LIMIT_SECONDS + ")");
            if (!"0".equals(result)) {
                throw new IllegalStateException(replica + " has not reached " + position + " in "
                        + REPLICATION_LIMIT_SECONDS + " s: " + replica.rows("SHOW REPLICA STATUS"));
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(MySqlServer::close);
        network.close();
    }
}
