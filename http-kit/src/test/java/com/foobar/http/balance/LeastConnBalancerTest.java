package com.foobar.http.balance;

import static com.foobar.http.balance.Balancer.NO_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastConnBalancerTest {
    @ParameterizedTest
    @CsvSource({
        // weights of a, b, c; requests in flight; who is next
        "1,1,1, 2,1,3, b",
        "1,1,1, 0,1,1, a",
        "1,1,1, 5,5,4, c",
        "1,2,1, 1,1,1, b",
        "1,4,1, 1,3,1, b",
        "1,4,1, 1,5,2, a",
        "0,1,1, 0,9,8, c",
        "256,1,1, 255,1,1, a",
    })
    void takesTheLeastLoadedForItsWeight(
            int weightA, int weightB, int weightC, int loadA, int loadB, int loadC, String expected) {
        TestCandidate a = server("a", weightA, loadA);
        TestCandidate b = server("b", weightB, loadB);
        TestCandidate c = server("c", weightC, loadC);

        assertThat(over(a, b, c).pick(NO_KEY, Set.of())).hasToString(expected);
    }

    @Test
    void sharesFairlyAmongEqualsWhileAnotherIsBusy() {
        TestCandidate busy = server("busy", 1, 1);
        TestCandidate b = server("b", 1, 0);
        TestCandidate c = server("c", 1, 0);

        assertThat(shares(over(busy, b, c), 100)).isEqualTo(Map.of(b, 50L, c, 50L));
    }

    @Test
    void sharesByWeightAmongTheIdle() {
        TestCandidate a = server("a", 3, 0);
        TestCandidate b = server("b", 1, 0);

        assertThat(shares(over(a, b), 100)).isEqualTo(Map.of(a, 75L, b, 25L));
    }

    @Test
    void evensOutRequestsThatNeverEnd() {
        List<TestCandidate> servers = List.of(server("a", 1, 0), server("b", 2, 0), server("c", 1, 0));
        Balancer<TestCandidate> balancer =
                new LeastConnBalancer<>(servers, VacantCandidates.allOf(servers), new Turn());

        for (int i = 0; i < 400; i++) {
            balancer.pick(NO_KEY, Set.of()).inFlight++;
        }

        assertThat(servers).extracting(TestCandidate::inFlight).containsExactly(100, 200, 100);
    }

    @Test
    void leavesOutTheExcluded() {
        TestCandidate a = server("a", 1, 0);
        TestCandidate b = server("b", 1, 7);

        assertThat(over(a, b).pick(NO_KEY, Set.of(a))).isSameAs(b);
        assertThat(over(a, b).pick(NO_KEY, Set.of(a, b))).isNull();
        assertThat(over().pick(NO_KEY, Set.of())).isNull();
    }

    @Test
    void staysInRangeWhenTheTurnOverflows() {
        TestCandidate a = server("a", 1, 0);
        TestCandidate b = server("b", 1, 0);
        Balancer<TestCandidate> balancer = new LeastConnBalancer<>(
                List.of(a, b), VacantCandidates.allOf(List.of(a, b)), new Turn(Integer.MAX_VALUE - 1));

        assertThat(shares(balancer, 10)).isEqualTo(Map.of(a, 5L, b, 5L));
    }

    @Test
    void keepsAThousandServersLevel() {
        List<TestCandidate> servers = many();
        Balancer<TestCandidate> balancer =
                new LeastConnBalancer<>(servers, VacantCandidates.allOf(servers), new Turn());

        for (int i = 0; i < 20_000; i++) {
            balancer.pick(NO_KEY, Set.of()).inFlight++;
        }

        assertThat(servers).extracting(TestCandidate::inFlight).allMatch(load -> load >= 19 && load <= 21);
    }

    @Test
    void findsTheOneOfAThousandThatHasBecomeFree() {
        List<TestCandidate> servers = many();
        servers.forEach(server -> server.inFlight = 5);
        Balancer<TestCandidate> balancer =
                new LeastConnBalancer<>(servers, VacantCandidates.allOf(servers), new Turn());
        int blocks = 1000 / 8;
        for (int i = 0; i < blocks; i++) {
            balancer.pick(NO_KEY, Set.of());
        }

        servers.get(777).inFlight = 1;

        assertThat(Stream.generate(() -> balancer.pick(NO_KEY, Set.of())).limit(blocks))
                .contains(servers.get(777));
        assertThat(balancer.pick(NO_KEY, Set.of())).isSameAs(servers.get(777));
        assertThat(balancer.pick(NO_KEY, Set.of(servers.get(777)))).isNotNull().isNotSameAs(servers.get(777));
        assertThat(balancer.pick(NO_KEY, Set.copyOf(servers))).isNull();
    }

    @Test
    void sharesByWeightAmongAThousandIdle() {
        List<TestCandidate> servers = IntStream.range(0, 1000)
                .mapToObj(i -> new TestCandidate("s" + i, i < 500 ? 1 : 3))
                .toList();

        Map<TestCandidate, Long> shares =
                shares(new LeastConnBalancer<>(servers, VacantCandidates.allOf(servers), new Turn()), 100_000);

        long heavy = servers.stream()
                .filter(server -> server.weight() == 3)
                .mapToLong(server -> shares.getOrDefault(server, 0L))
                .sum();
        assertThat(heavy).isBetween(74_000L, 76_000L);
    }

    @Test
    void doesNotFloodTheIdleServerThatStartsSlowly() {
        TestCandidate cold = server("cold", 1, 0);
        TestCandidate busy = server("busy", 1, 9);
        cold.ramp = 0.1;

        assertThat(shares(over(cold, busy), 1000).get(cold)).isBetween(95L, 105L);
    }

    private static List<TestCandidate> many() {
        return IntStream.range(0, 1000)
                .mapToObj(i -> new TestCandidate("s" + i, 1))
                .toList();
    }

    private static TestCandidate server(String name, int weight, int inFlight) {
        TestCandidate server = new TestCandidate(name, weight);
        server.inFlight = inFlight;
        return server;
    }

    private static Balancer<TestCandidate> over(TestCandidate... servers) {
        return new LeastConnBalancer<>(List.of(servers), VacantCandidates.allOf(List.of(servers)), new Turn());
    }

    private static Map<TestCandidate, Long> shares(Balancer<TestCandidate> balancer, int picks) {
        return Stream.generate(() -> balancer.pick(NO_KEY, Set.of()))
                .limit(picks)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
