package com.foobar.http.balance;

import static com.foobar.http.balance.Balancer.NO_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundRobinBalancerTest {
    private final TestCandidate a = new TestCandidate("a", 1);
    private final TestCandidate b = new TestCandidate("b", 1);
    private final TestCandidate c = new TestCandidate("c", 1);

    @Test
    void takesEachInTurn() {
        assertThat(picks(over(a, b, c), 7)).containsExactly(a, b, c, a, b, c, a);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5,1,1     | a a b a c a a",
                "1,2       | b a b",
                "2,4       | b a b",
                "256,256   | a b",
                "3,0,1     | a a c a",
                "1         | a",
            })
    void spreadsWeightsSmoothlyOverTheCycle(String weights, String expected) {
        List<TestCandidate> servers = servers(weights);
        int length = expected.split(" ").length;
        Balancer<TestCandidate> balancer =
                new RoundRobinBalancer<>(servers, VacantCandidates.allOf(servers), new Turn());

        for (int cycle = 0; cycle < 3; cycle++) {
            assertThat(picks(balancer, length).stream().map(Object::toString).collect(Collectors.joining(" ")))
                    .isEqualTo(expected);
        }
    }

    @Test
    void givesExactSharesOverAFullCycleOfUnevenWeights() {
        List<TestCandidate> servers = servers("256,255,1,7");
        Map<TestCandidate, Long> shares =
                picks(new RoundRobinBalancer<>(servers, VacantCandidates.allOf(servers), new Turn()), 519).stream()
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(shares)
                .isEqualTo(Map.of(servers.get(0), 256L, servers.get(1), 255L, servers.get(2), 1L, servers.get(3), 7L));
    }

    @Test
    void staysInRangeWhenTheTurnOverflows() {
        Turn turn = new Turn(Integer.MAX_VALUE - 1);
        Balancer<TestCandidate> balancer =
                new RoundRobinBalancer<>(List.of(a, b, c), VacantCandidates.allOf(List.of(a, b, c)), turn);

        List<TestCandidate> picks = picks(balancer, 9);

        assertThat(turn.next()).isNegative();
        assertThat(picks).doesNotContainNull();
        assertThat(picks.subList(3, 9)).containsOnly(a, b, c);
    }

    @Test
    void leavesOutTheExcluded() {
        Balancer<TestCandidate> balancer = over(a, b, c);

        assertThat(Stream.generate(() -> balancer.pick(NO_KEY, Set.of(b))).limit(6))
                .containsExactly(a, c, c, a, c, c);
        assertThat(balancer.pick(NO_KEY, Set.of(a, c))).isSameAs(b);
        assertThat(balancer.pick(NO_KEY, Set.of(a, b, c))).isNull();
    }

    @Test
    void findsNoneAmongNoneOrWithoutWeight() {
        assertThat(over().pick(NO_KEY, Set.of())).isNull();
        assertThat(over(new TestCandidate("idle", 0)).pick(NO_KEY, Set.of())).isNull();
    }

    @Test
    void sharesExactlyBetweenThreads() {
        Balancer<TestCandidate> balancer =
                new RoundRobinBalancer<>(List.of(a, b, c), VacantCandidates.allOf(List.of(a, b, c)), new Turn());
        Map<TestCandidate, AtomicInteger> shares = new ConcurrentHashMap<>();

        IntStream.range(0, 30_000).parallel().forEach(i -> shares.computeIfAbsent(
                        balancer.pick(NO_KEY, Set.of()), ignored -> new AtomicInteger())
                .incrementAndGet());

        assertThat(shares.values()).extracting(AtomicInteger::get).containsExactly(10_000, 10_000, 10_000);
    }

    @Test
    void takesTheTurnOverFromTheBalancerBefore() {
        Turn turn = new Turn();
        new RoundRobinBalancer<>(List.of(a, b, c), VacantCandidates.allOf(List.of(a, b, c)), turn)
                .pick(NO_KEY, Set.of());

        assertThat(new RoundRobinBalancer<>(List.of(a, b), VacantCandidates.allOf(List.of(a, b)), turn)
                        .pick(NO_KEY, Set.of()))
                .isSameAs(b);
    }

    @Test
    void givesExactSharesAmongManyServersOfMixedWeights() {
        List<TestCandidate> servers = IntStream.range(0, 1000)
                .mapToObj(i -> new TestCandidate("s" + i, i % 7))
                .toList();
        int cycle = servers.stream().mapToInt(TestCandidate::weight).sum();

        Map<TestCandidate, Long> shares =
                picks(new RoundRobinBalancer<>(servers, VacantCandidates.allOf(servers), new Turn()), cycle).stream()
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(servers).allSatisfy(server -> assertThat(shares.getOrDefault(server, 0L))
                .isEqualTo(server.weight()));
    }

    @Test
    void letsTheTurnsOfAServerThatStartsSlowlyPassToAllOthersAlike() {
        a.ramp = 0.25;

        Map<TestCandidate, Long> shares = picks(over(a, b, c), 9000).stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(shares.get(a)).isBetween(990L, 1010L);
        assertThat(shares.get(b)).isBetween(3990L, 4010L);
        assertThat(shares.get(c)).isBetween(3990L, 4010L);
    }

    @Test
    void answersThoughAllStartSlowly() {
        a.ramp = 0.01;
        b.ramp = 0.01;

        assertThat(picks(over(a, b), 100)).contains(a, b).doesNotContainNull();
    }

    private static Balancer<TestCandidate> over(TestCandidate... servers) {
        return new RoundRobinBalancer<>(List.of(servers), VacantCandidates.allOf(List.of(servers)), new Turn());
    }

    private static List<TestCandidate> picks(Balancer<TestCandidate> balancer, int count) {
        List<TestCandidate> picks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picks.add(balancer.pick(NO_KEY, Set.of()));
        }
        return picks;
    }

    private static List<TestCandidate> servers(String weights) {
        String[] each = weights.strip().split(",");
        return IntStream.range(0, each.length)
                .mapToObj(i -> new TestCandidate(String.valueOf((char) ('a' + i)), Integer.parseInt(each[i])))
                .toList();
    }
}
