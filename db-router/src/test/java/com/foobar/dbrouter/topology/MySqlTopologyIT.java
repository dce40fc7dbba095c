package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.kit.settings.Secret;
import com.foobar.kit.settings.SettingsReader;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The statements of MySQL's flavour, on MySQL 9.7 in containers. */
@Timeout(300)
@EnabledIf(
        value = "imageIsHere",
        disabledReason =
                "no Docker engine with the image mysql:9.7 answers: start one, and pull the image or build it with"
                        + " deploy/offline/build-images")
class MySqlTopologyIT {

    private static final String IMAGE = "mysql:9.7";
    private static final String ROOT = "root-of-the-test";
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
            execute(server, "RESET BINARY LOGS AND GTIDS");
        }
        execute(
                replica,
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='db-1', SOURCE_USER='root', SOURCE_PASSWORD='" + ROOT
                        + "', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1",
                "START REPLICA",
                "SET GLOBAL super_read_only=ON");
        execute(
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
        await().atMost(Duration.ofSeconds(30))
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
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(topology.snapshot().replicas()).hasSize(1));

        execute(primary, "REPLACE INTO foobar.item VALUES (1)");
        await().untilAsserted(() -> assertThat(choose().server().name()).isEqualTo("db-2"));

        execute(replica, "STOP REPLICA SQL_THREAD");
        execute(primary, "REPLACE INTO foobar.item VALUES (2)");
        assertThat(choose().server().name()).isEqualTo("db-1");

        execute(replica, "START REPLICA SQL_THREAD");
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
        return new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withNetwork(network)
                .withNetworkAliases("db-" + id)
                .withEnv("MYSQL_ROOT_PASSWORD", ROOT)
                .withEnv("MYSQL_ROOT_HOST", "%")
                .withCommand("mysqld", "--server-id=" + id, "--gtid-mode=ON", "--enforce-gtid-consistency=ON")
                .withExposedPorts(3306)
                // The server that makes the accounts listens on no port, the one that stays does.
                .waitingFor(Wait.forLogMessage(".*ready for connections.*port: 3306.*", 1))
                .withStartupTimeout(Duration.ofMinutes(3));
    }

    private static void execute(GenericContainer<?> server, String... statements) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            connect(server).close();
            return true;
        });
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    private static Connection connect(GenericContainer<?> server) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://" + server.getHost() + ":" + server.getMappedPort(3306)
                        + "/?allowPublicKeyRetrieval=true&connectTimeout=2000",
                "root",
                ROOT);
    }

    /** Asked of the command, because the library would look for images of its own first, for minutes. */
    static boolean imageIsHere() {
        if (Files.exists(Path.of("/.dockerenv")) && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null) {
            return false;
        }
        try {
            return new ProcessBuilder("docker", "image", "inspect", IMAGE)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
