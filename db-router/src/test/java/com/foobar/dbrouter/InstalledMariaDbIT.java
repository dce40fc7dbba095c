package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The router in front of MariaDB 10.11, the oldest that it is for: routing, consistency, connections. */
@Timeout(300)
@EnabledIf(
        value = "isInstalled",
        disabledReason = "no MariaDB 10.11 is installed (/usr/sbin/mariadbd; Debian 12: mariadb-server-core)")
class InstalledMariaDbIT {
    private static final String READ = "SELECT n FROM old WHERE id = 1";

    private static MariaDbCluster cluster;
    private static RouterFixture router;

    static boolean isInstalled() {
        return MariaDbServer.installedVersion().startsWith("10.11.");
    }

    @BeforeAll
    static void start() {
        cluster = MariaDbCluster.startInstalled(2);
        cluster.primary().execute("CREATE TABLE foobar.old (id INT PRIMARY KEY, n INT)");
        cluster.primary().execute("INSERT INTO foobar.old VALUES (1, 0)");
        cluster.awaitReplication();
        router = RouterFixture.start(cluster.servers(), "read-index: {wait-limit: 5s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        if (router != null) {
            router.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void replicasApply() {
        cluster.startApplying(0);
        cluster.startApplying(1);
        cluster.awaitReplication();
    }

    @Test
    void isMariaDb1011() throws SQLException {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT VERSION()")) {
            row.next();
            assertThat(row.getString(1)).startsWith("10.11.");
            assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsOnReplicasAndWritesOnThePrimary(boolean prepared) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement read = connection.prepareStatement("SELECT n FROM old WHERE id = ?");
                PreparedStatement write = connection.prepareStatement("UPDATE old SET n = ? WHERE id = 1")) {
            long updates = cluster.primary().status("Com_update");
            long before = selectsOnReplicas();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                number(read);
                return selectsOnReplicas() - before >= 20;
            });
            for (int i = 1; i <= 10; i++) {
                write.setInt(1, i);
                write.executeUpdate();
                assertThat(number(read)).isEqualTo(i);
            }
            assertThat(cluster.primary().status("Com_update") - updates).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "session"})
    void seesAWriteThatNoReplicaHas(String consistency) throws SQLException {
        try (Connection connection = router.connect("connectionAttributes=router_consistency:" + consistency);
                Statement statement = connection.createStatement()) {
            cluster.stopApplying(0);
            cluster.stopApplying(1);
            for (int i = 100; i < 105; i++) {
                statement.executeUpdate("UPDATE old SET n = " + i + " WHERE id = 1");
                assertThat(number(statement, READ)).isEqualTo(i);
            }
        }
    }

    /** The position of a session's writes comes with their answers: nobody asks the primary for it. */
    @Test
    void tellsASessionThePositionOfItsWrites() throws Exception {
        try (Connection connection = router.connect("connectionAttributes=router_consistency:session");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE old SET n = 200 WHERE id = 1");
            double probes = probes();
            for (int i = 0; i < 20; i++) {
                assertThat(number(statement, READ)).isEqualTo(200);
            }
            assertThat(probes()).isEqualTo(probes);
        }
    }

    @Test
    void aTokenCarriesAWriteToAnotherSession() throws SQLException {
        cluster.stopApplying(0);
        cluster.primary().execute("UPDATE foobar.old SET n = 300 WHERE id = 1");
        String token = cluster.primary().value("SELECT @@global.gtid_binlog_pos");
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "/* router:token=" + token + " */ " + READ))
                    .isEqualTo(300);
        }
    }

    @Test
    void sharesConnectionsWithoutLeakingWhatSessionsSet() throws SQLException {
        for (int i = 0; i < 20; i++) {
            try (Connection connection = router.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(number(statement, "SELECT @leak IS NULL")).isEqualTo(1);
                statement.execute("SET @leak = 1");
                statement.execute("CREATE TEMPORARY TABLE leaked (id INT)");
                statement.execute("SET SESSION sql_mode = 'ANSI_QUOTES'");
            }
        }
        long connections = cluster.servers().stream()
                .mapToLong(server -> server.status("Threads_connected"))
                .sum();
        assertThat(connections).isLessThan(60);
    }

    private static double probes() throws Exception {
        return SightIT.metric(router, "dbrouter_read_index_probes_total");
    }

    private static long selectsOnReplicas() {
        List<MariaDbServer> replicas = cluster.replicas();
        return replicas.stream()
                .mapToLong(replica -> replica.status("Com_select"))
                .sum();
    }

    private static long number(PreparedStatement read) throws SQLException {
        read.setInt(1, 1);
        try (ResultSet row = read.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
