package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.DatabaseServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a session leaves in its connection stays its own, also where servers do not report the session's changes. */
@OnBothDatabases
class IsolationIT {
    private static final long UNTRACKED = CapabilityFlags.OFFERED & ~CapabilityFlags.SESSION_TRACK;

    private static RouterFixture router;

    @BeforeAll
    static void start() {
        DatabaseServer primary = TestedCluster.get().primary();
        primary.execute(
                "DROP TABLE IF EXISTS foobar.kept",
                "CREATE TABLE foobar.kept (id INT PRIMARY KEY)",
                "DROP PROCEDURE IF EXISTS foobar.leaves",
                "CREATE PROCEDURE foobar.leaves() BEGIN CREATE TEMPORARY TABLE foobar.left_behind (n INT);"
                        + " INSERT INTO foobar.left_behind VALUES (7); END");
        router = RouterFixture.startSharing(
                        TestedCluster.get().servers(), "pool: {max-connections: 1}", "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void keepsAutocommitOffForAClientWithoutSessionTracking() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(UNTRACKED, 45);
            assertThat(wire.run("SET autocommit=0")).isZero();
            assertThat(wire.run("INSERT INTO foobar.kept VALUES (1)")).isZero();
            assertThat(wire.run("ROLLBACK")).isZero();
            assertThat(wire.value("SELECT COUNT(*) FROM foobar.kept")).isEqualTo("0");
        }
    }

    @Test
    void keepsTheDatabaseOfSeveralStatementsFromOthers() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(UNTRACKED, 45);
            assertThat(wire.run("USE foobar")).isZero();
            assertThat(wire.run("USE information_schema; SET NAMES latin1")).isZero();
            assertThat(wire.read()[0]).isZero();
            assertThat(wire.value("SELECT DATABASE()")).isEqualTo("information_schema");
        }
        try (MySqlWire other = new MySqlWire(router.port())) {
            other.login(UNTRACKED, 45);
            assertThat(other.run("USE foobar")).isZero();
            assertThat(other.value("SELECT CONCAT(DATABASE(), @@character_set_client)"))
                    .isEqualTo("foobarutf8mb4");
        }
    }

    @Test
    void doesNotInheritACharacterSetWhereItsOwnIsUnknown() throws IOException {
        try (MySqlWire latin = new MySqlWire(router.port())) {
            latin.login(CapabilityFlags.OFFERED, 8);
            assertThat(latin.value("SELECT @@character_set_client")).isEqualTo("latin1");
        }
        try (MySqlWire other = new MySqlWire(router.port())) {
            other.login(CapabilityFlags.OFFERED, 255);
            assertThat(other.value("SELECT @@character_set_client")).isNotEqualTo("latin1");
        }
    }

    @Test
    void keepsWhatAProcedureLeavesForItsCallerAlone() throws IOException {
        try (MySqlWire caller = new MySqlWire(router.port())) {
            caller.login(CapabilityFlags.OFFERED, 45);
            assertThat(caller.run("CALL foobar.leaves()")).isZero();
            assertThat(caller.value("SELECT n FROM foobar.left_behind")).isEqualTo("7");
        }
        try (MySqlWire other = new MySqlWire(router.port())) {
            other.login(CapabilityFlags.OFFERED, 45);
            assertThat(other.value("SELECT n FROM foobar.left_behind")).contains("doesn't exist");
        }
    }
}
