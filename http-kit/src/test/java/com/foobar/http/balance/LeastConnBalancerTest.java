package com.foobar.http.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
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

        assertThat(over(a, b, c).pick(Set.of())).hasToString(expected);
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
        Balancer<TestCandidate> balancer = Balance.LEASTCONN.over(servers, new AtomicInteger());

        for (int i = 0; i < 400; i++) {
            balancer.pick(Set.of()).inFlight++;
        }

        assertThat(servers).extracting(TestCandidate::inFlight).containsExactly(100, 200, 100);
    }

    @Test
    void leavesOutTheExcluded() {
        TestCandidate a = server("a", 1, 0);
        TestCandidate b = server("b", 1, 7);

        assertThat(over(a, b).pick(Set.of(a))).isSameAs(b);
        assertThat(over(a, b).pick(Set.of(a, b))).isNull();
        assertThat(over().pick(Set.of())).isNull();
    }

    @Test
    void staysInRangeWhenTheTurnOverflows() {
        TestCandidate a = server("a", 1, 0);
        TestCandidate b = server("b", 1, 0);
        Balancer<TestCandidate> balancer =
                Balance.LEASTCONN.over(List.of(a, b), new AtomicInteger(Integer.MAX_VALUE - 1));

        assertThat(shares(balancer, 10)).isEqualTo(Map.of(a, 5L, b, 5L));
    }

    private static TestCandidate server(String name, int weight, int inFlight) {
        TestCandidate server = new TestCandidate(name, weight);
        server.inFlight = inFlight;
        return server;
    }

    private static Balancer<TestCandidate> over(TestCandidate... servers) {
        return Balance.LEASTCONN.over(List.of(servers), new AtomicInteger());
    }

    private static Map<TestCandidate, Long> shares(Balancer<TestCandidate> balancer, int picks) {
        return Stream.generate(() -> balancer.pick(Set.of()))
                .limit(picks)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
