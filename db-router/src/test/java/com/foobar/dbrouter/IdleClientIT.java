package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that send nothing. */
class IdleClientIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        router = RouterFixture.start(SharedCluster.get().servers()).ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void areCutOffAfterTheWaitTimeoutThatTheyHaveSet() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            assertThat(wire.run("SET SESSION wait_timeout = 4")).isZero();
            assertThat(wire.value("SELECT @@wait_timeout")).isEqualTo("4");
            assertThat(wire.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void areNotCutOffByTheWaitTimeoutOfBeforeTheyResetTheirConnection() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port());
                MySqlWire clock = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            assertThat(clock.login()[0]).isZero();
            assertThat(wire.run("SET SESSION wait_timeout = 4")).isZero();
            wire.sendHex("010000001f");
            assertThat(wire.read()[0]).isZero();
            assertThat(clock.value("SELECT SLEEP(6) + 7")).isEqualTo("7");
            assertThat(wire.value("SELECT 8")).isEqualTo("8");
        }
    }

    @Test
    void areNotCutOffWhileTheirStatementRunsLonger() throws IOException {
        try (MySqlWire wire = new MySqlWire(router.port())) {
            assertThat(wire.login()[0]).isZero();
            assertThat(wire.run("SET SESSION wait_timeout = 4")).isZero();
            assertThat(wire.value("SELECT SLEEP(5) + 7")).isEqualTo("7");
            assertThat(wire.run("SET SESSION wait_timeout = DEFAULT")).isZero();
            assertThat(wire.value("SELECT SLEEP(5) + 8")).isEqualTo("8");
            assertThat(wire.value("SELECT 9")).isEqualTo("9");
        }
    }
}
