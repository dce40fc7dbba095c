package com.foobar.http.balance;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.balance.Simulation.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * How even each algorithm keeps many servers, and what that does to response times. Prints a table; with more servers by
 * {@code mvn -o test -pl http-kit -am -Dtest=BalanceSimulationTest -Dsimulation.servers=10000 -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class BalanceSimulationTest {
    private static final int SERVERS = Integer.getInteger("simulation.servers", 200);
    private static final int REQUESTS_PER_SERVER = 200;

    @Test
    void keepsServersEvenThatAreAlike() {
        Map<String, Result> results = simulate(0.8, 1, "servers that are alike, 80 % busy");

        double oneChoice = results.get("one choice").p99Millis();
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
        Map<String, Result> results = simulate(0.8, 5, "servers, every tenth five times slower, 80 % busy");

        double blind = results.get("roundrobin").p99Millis();
        for (String seeing : new String[] {"random", "leastconn", "ewma"}) {
            assertThat(results.get(seeing).p99Millis()).as(seeing).isLessThan(blind / 2);
        }
    }

    @Test
    void findsSlowServersByTheirLatencyThatLoadDoesNotTell() {
        Map<String, Result> results = simulate(0.1, 10, "servers, every tenth ten times slower, 10 % busy");

        assertThat(results.get("ewma").meanMillis())
                .isLessThan(results.get("random").meanMillis());
        assertThat(results.get("ewma").p99Millis())
                .isLessThan(results.get("random").p99Millis());
    }

    private static Map<String, Result> simulate(double utilisation, double slowdown, String title) {
        Map<String, Function<Simulation, Balancer<Candidate>>> algorithms = new LinkedHashMap<>();
        algorithms.put("one choice", Simulation::oneChoice);
        algorithms.put("random", Simulation::randomTwo);
        algorithms.put("roundrobin", simulation -> simulation.of(Balance.ROUNDROBIN, 0));
        algorithms.put("leastconn", simulation -> simulation.of(Balance.LEASTCONN, 0));
        algorithms.put("ewma", Simulation::ewma);
        algorithms.put("uri", simulation -> simulation.of(Balance.URI, 0));
        algorithms.put("uri, factor 125", simulation -> simulation.of(Balance.URI, 125));
        algorithms.put("uri, factor 200", simulation -> simulation.of(Balance.URI, 200));
        Map<String, Result> results = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder()
                .append(SERVERS)
                .append(' ')
                .append(title)
                .append(", ")
                .append(SERVERS * REQUESTS_PER_SERVER)
                .append(" requests\n")
                .append(Result.header());
        algorithms.forEach((name, algorithm) -> {
            Simulation simulation = new Simulation(SERVERS, utilisation, slowdown);
            Result result = simulation.run(name, algorithm.apply(simulation), SERVERS * REQUESTS_PER_SERVER);
            results.put(name, result);
            table.append('\n').append(result);
        });
        System.out.println(table);
        return results;
    }
}
