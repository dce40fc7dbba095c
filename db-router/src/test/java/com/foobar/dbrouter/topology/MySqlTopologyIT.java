package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.kit.settings.Secret;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.MySqlServers;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/** The statements of MySQL's flavour, on MySQL 9.7 in containers. */
@Timeout(300)
@EnabledIf(
        value = "com.foobar.kit.testing.MySqlServers#imageIsHere",
        disabledReason = MySqlServers.HOW_TO_HAVE_THE_IMAGE)
class MySqlTopologyIT {

    private static final String MONITOR = "monitor-of-the-test";

    private static final Vertx vertx = Vertx.vertx();
    private static Network network;
    private static GenericContainer<?> primary;
    private static GenericContainer<?> replica;
    private static Topology topology;
    private static ReadIndex readIndex;
    private static Context context;

    @BeforeAll
    static void start() throws Exception {
        network = Network.newNetwork();
        primary = server(1);
        replica = server(2);
        primary.start();
        replica.start();
        for (GenericContainer<?> server : List.of(primary, replica)) {
            MySqlServers.execute(server, "RESET BINARY LOGS AND GTIDS");
        }
        MySqlServers.execute(
                replica,
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='db-1', SOURCE_USER='root', SOURCE_PASSWORD='"
                        + MySqlServers.ROOT_PASSWORD
                        + "', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1",
                "START REPLICA",
                "SET GLOBAL super_read_only=ON");
        MySqlServers.execute(
                primary,
                "CREATE USER foobar_monitor@'%' IDENTIFIED BY '" + MONITOR + "'",
                "GRANT REPLICATION CLIENT, PROCESS ON *.* TO foobar_monitor@'%'",
                "CREATE DATABASE foobar",
                "CREATE TABLE foobar.item (id INT PRIMARY KEY)");
        watch();
    }

    @AfterAll
    static void stop() {
        if (topology != null) {
            readIndex.close();
            topology.close();
        }
        vertx.close();
        for (GenericContainer<?> server : new GenericContainer<?>[] {primary, replica}) {
            if (server != null) {
                server.stop();
            }
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    void recognisesThePrimaryAndItsReplica() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(topology.snapshot().servers())
                        .extracting(ServerState::role)
                        .containsExactly(ServerRole.PRIMARY, ServerRole.REPLICA));

        assertThat(topology.snapshot().servers()).allSatisfy(state -> {
            assertThat(state.flavour()).isEqualTo(Flavour.MYSQL);
            assertThat(state.version()).startsWith("9.7");
            assertThat(state.position()).isInstanceOf(GtidSet.class);
        });
    }

    @Test
    void waitsForTheReplicaAndFallsBackToThePrimary() throws Exception {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(topology.snapshot().replicas()).hasSize(1));

        MySqlServers.execute(primary, "REPLACE INTO foobar.item VALUES (1)");
        await().untilAsserted(() -> assertThat(choose().server().name()).isEqualTo("db-2"));

        MySqlServers.execute(replica, "STOP REPLICA SQL_THREAD");
        MySqlServers.execute(primary, "REPLACE INTO foobar.item VALUES (2)");
        assertThat(choose().server().name()).isEqualTo("db-1");

        MySqlServers.execute(replica, "START REPLICA SQL_THREAD");
        await().untilAsserted(() -> assertThat(choose().server().name()).isEqualTo("db-2"));
    }

    private static ReadTarget choose() throws Exception {
        Promise<ReadTarget> answer = Promise.promise();
        context.runOnContext(ignored -> readIndex.choose(ReadDemand.STRICT).onComplete(answer));
        return DatabaseGroup.await(answer.future());
    }

    private static void watch() throws Exception {
        TopologySettings defaults = SettingsReader.defaults(TopologySettings.class);
        TopologySettings settings = new TopologySettings(
                "foobar_monitor", Secret.of(MONITOR), Duration.ofMillis(200), Duration.ofSeconds(5), defaults.maxLag());
        TopologyMetrics metrics = new TopologyMetrics(new PrometheusRegistry());
        List<DatabaseServer> servers = List.of(
                new DatabaseServer("db-1", primary.getHost(), primary.getMappedPort(3306)),
                new DatabaseServer("db-2", replica.getHost(), replica.getMappedPort(3306)));
        topology = new Topology(
                vertx, servers, settings, ServerTls.of(SettingsReader.defaults(ServerTlsSettings.class)), metrics);
        DatabaseGroup.await(topology.start());
        context = vertx.getOrCreateContext();
        readIndex = new ReadIndex(
                vertx, context, topology, DatabaseGroup.DEFAULTS, DatabaseGroup.READS, metrics, server -> 0);
    }

    private static GenericContainer<?> server(int id) {
        return MySqlServers.server(id).withNetwork(network).withNetworkAliases("db-" + id);
    }
}
