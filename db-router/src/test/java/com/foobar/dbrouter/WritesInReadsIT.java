package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks like a read and is one of a view that calls a function that writes: replicas refuse it, and the primary runs it. */
class WritesInReadsIT {
    private static final String READ = "SELECT n, id FROM written WHERE id = ?";

    private static MariaDbCluster cluster;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        cluster = SharedCluster.get();
        cluster.awaitReplication();
        router = RouterFixture.start(cluster.servers(), "consistency: eventual", "monitor: {timeout: 20s}")
                .ready();
        // As the user, whom a read-only server refuses; root may write there.
        cluster.primary()
                .execute(
                        "CREATE OR REPLACE TABLE foobar.ticks (id INT PRIMARY KEY, n INT)",
                        "CREATE OR REPLACE DEFINER=foobar_app@'%' FUNCTION foobar.tick() RETURNS INT"
                                + " DETERMINISTIC MODIFIES SQL DATA"
                                + " BEGIN UPDATE foobar.ticks SET n = n + 1 WHERE id = 1; RETURN 5; END",
                        "CREATE OR REPLACE DEFINER=foobar_app@'%' VIEW foobar.written AS SELECT foobar.tick() AS n, 1 AS id");
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @BeforeEach
    void row() {
        cluster.primary().execute("REPLACE INTO foobar.ticks VALUES (1, 0)");
        cluster.awaitReplication();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void runsOnThePrimaryWhatAReplicaRefuses(boolean prepared) throws Exception {
        double repeated = repeated("read_only");
        double failed = repeated("server_failed");
        double onReplicas = SightIT.metric(router, "dbrouter_reads_total", "cause=\"any_replica\"");
        assertThat(read(prepared)).isEqualTo(5);
        cluster.awaitReplication();
        for (MariaDbServer server : cluster.servers()) {
            assertThat(server.value("SELECT n FROM foobar.ticks WHERE id = 1")).isEqualTo("1");
        }
        assertThat(repeated("read_only")).isEqualTo(repeated + 1);
        assertThat(repeated("server_failed")).isEqualTo(failed);
        assertThat(SightIT.metric(router, "dbrouter_reads_repeated_total", "server=\"db-1\""))
                .as("the primary refuses nothing")
                .isZero();
        assertThat(SightIT.metric(router, "dbrouter_reads_total", "cause=\"any_replica\""))
                .as("it went to a replica first")
                .isGreaterThan(onReplicas);
    }

    private static int read(boolean prepared) throws SQLException {
        try (Connection connection = router.connect("useServerPrepStmts=" + prepared);
                PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setInt(1, 1);
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                int n = rows.getInt(1);
                assertThat(rows.next()).isFalse();
                return n;
            }
        }
    }

    private static double repeated(String cause) throws Exception {
        return SightIT.metric(router, "dbrouter_reads_repeated_total", "cause=\"" + cause + "\"");
    }
}
