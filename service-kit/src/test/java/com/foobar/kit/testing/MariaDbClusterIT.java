package com.foobar.kit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MariaDbClusterIT {

    private static MariaDbCluster cluster;

    @BeforeAll
    static void startCluster() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        cluster = MariaDbCluster.start(2);
        cluster.primary().execute("CREATE TABLE foobar.item (id INT PRIMARY KEY)");
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void replicatesWhatThePrimaryCommits() {
        cluster.primary().execute("INSERT INTO foobar.item VALUES (1)");
        cluster.awaitReplication();

        assertThat(cluster.replicas())
                .allSatisfy(replica -> assertThat(replica.value("SELECT COUNT(*) FROM foobar.item WHERE id = 1"))
                        .isEqualTo("1"));
        assertThat(cluster.primary().value("SELECT @@global.gtid_binlog_pos")).startsWith("0-1-");
        assertThat(cluster.primary().status("Rpl_semi_sync_master_clients")).isEqualTo(2);
        assertThat(cluster.primary()
                        .rows("SHOW STATUS LIKE 'Rpl_semi_sync_master_status'")
                        .get(0))
                .containsEntry("Value", "ON");
    }

    @Test
    void replicasRefuseWritesOfTheApplication() throws SQLException {
        try (Connection connection = cluster.replica(0).connect("foobar_app", MariaDbServer.PASSWORD, "foobar");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO item VALUES (2)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only");
        }
    }

    @Test
    void theApplicationSeesItsOwnDatabaseOnly() throws SQLException {
        try (Connection connection = cluster.primary().connect("foobar_app", MariaDbServer.PASSWORD, "foobar");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT * FROM mysql.global_priv"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("denied");
        }
    }

    @Test
    void aDelayedReplicaFollowsLater() {
        cluster.awaitReplication();
        cluster.delayReplica(1, Duration.ofSeconds(5));
        cluster.primary().execute("INSERT INTO foobar.item VALUES (3)");
        String id = "SELECT COUNT(*) FROM foobar.item WHERE id = 3";
        assertThat(cluster.replica(1).value(id)).isEqualTo("0");

        Awaitility.await()
                .untilAsserted(() -> assertThat(cluster.replica(1).value(id)).isEqualTo("1"));
        cluster.delayReplica(1, Duration.ZERO);
    }

    @Test
    void aKilledReplicaComesBackOnItsDataAndCatchesUp() {
        cluster.replica(0).kill();
        cluster.primary().execute("INSERT INTO foobar.item VALUES (4)");

        cluster.replica(0).start();
        cluster.awaitReplication();

        assertThat(cluster.replica(0).value("SELECT COUNT(*) FROM foobar.item WHERE id = 4"))
                .isEqualTo("1");
    }
}
