package com.foobar.deploy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.benchmarks.BalanceSimulation.Result;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BalanceSimulationTest {
    private static final int SERVERS = 200;

    @Test
    void keepsServersEvenThatAreAlike() {
        Map<String, Result> results = BalanceSimulation.all(SERVERS, 0.8, 1);

        double oneChoice = results.get("(one draw)").p99Millis();
        assertThat(results.get("roundrobin").requestDeviation()).isLessThan(0.01);
        for (String better : new String[] {"random", "roundrobin", "leastconn", "ewma"}) {
            assertThat(results.get(better).p99Millis()).as(better).isLessThan(oneChoice);
        }
        assertThat(results.get("random").mostInFlight()).isLessThan(3.5);
        assertThat(results.get("leastconn").mostInFlight()).isLessThan(2);
        // The bound is 1.25 times the mean, rounded up to a whole request.
        assertThat(results.get("uri, factor 125").mostInFlight()).isLessThan(1.6);
        assertThat(results.get("uri").mostInFlight())
                .isGreaterThan(2 * results.get("uri, factor 125").mostInFlight());
    }

    @Test
    void keepsRequestsAwayFromSlowServersWhereLoadOrLatencyCounts() {
        Map<String, Result> results = BalanceSimulation.all(SERVERS, 0.8, 5);

        double blind = results.get("roundrobin").p99Millis();
        for (String seeing : new String[] {"random", "leastconn", "ewma"}) {
            assertThat(results.get(seeing).p99Millis()).as(seeing).isLessThan(blind / 2);
        }
    }

    @Test
    void findsSlowServersByTheirLatencyThatLoadDoesNotTell() {
        Map<String, Result> results = BalanceSimulation.all(SERVERS, 0.1, 10);

        assertThat(results.get("ewma").meanMillis())
                .isLessThan(results.get("random").meanMillis());
        assertThat(results.get("ewma").p99Millis())
                .isLessThan(results.get("random").p99Millis());
    }

    @Test
    void leavesServersUnusedThatAreNotNeeded() {
        Map<String, Result> busy = BalanceSimulation.all(SERVERS, 0.8, 1);
        Map<String, Result> quiet = BalanceSimulation.all(SERVERS, 0.1, 1);

        assertThat(busy.get("first").used()).isBetween(0.8, 0.9);
        assertThat(quiet.get("first").used()).isBetween(0.1, 0.2);
        assertThat(quiet.get("leastconn").used()).isEqualTo(1);
        // No answer waits while a server has room.
        assertThat(busy.get("first").p99Millis())
                .isLessThan(busy.get("(one draw)").p99Millis());
    }

    @Test
    void hasRequestsWaitForAnyServerWhereFirstFindsAllFull() {
        // More than they can do: those that none has room for wait for longer and longer.
        Result result = BalanceSimulation.all(10, 1.2, 1).get("first");

        assertThat(result.used()).isEqualTo(1);
        assertThat(result.meanMillis()).isGreaterThan(15);
    }
}
