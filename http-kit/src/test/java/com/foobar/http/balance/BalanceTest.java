package com.foobar.http.balance;

import static com.foobar.http.balance.Balancer.NO_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every algorithm. */
class BalanceTest {
    private static final int PICKS = 60_000;

    private final TestCandidate a = new TestCandidate("a", 1);
    private final TestCandidate b = new TestCandidate("b", 1);
    private final TestCandidate c = new TestCandidate("c", 1);

    /** Shares in percent among idle servers, over many full cycles, each request with a key of its own; and how exact they are. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "roundrobin | 1 1 1     | 33.3 33.3 33.3 | 0.1",
                "roundrobin | 1 2 3     | 16.7 33.3 50   | 0.1",
                "roundrobin | 0 1 1     | 0 50 50        | 0.1",
                "roundrobin | 256 1 255 | 50 0.2 49.8    | 0.1",
                "leastconn  | 1 1 1     | 33.3 33.3 33.3 | 0.1",
                "leastconn  | 1 2 3     | 16.7 33.3 50   | 0.1",
                "leastconn  | 0 1 1     | 0 50 50        | 0.1",
                "leastconn  | 256 1 255 | 50 0.2 49.8    | 0.1",
                "random     | 1 1 1     | 33.3 33.3 33.3 | 1.5",
                "random     | 1 2 3     | 16.7 33.3 50   | 1.5",
                "random     | 0 1 1     | 0 50 50        | 1.5",
                "random     | 256 1 255 | 50 0.2 49.8    | 1.5",
                "ewma       | 1 1 1     | 33.3 33.3 33.3 | 1.5",
                "ewma       | 1 2 3     | 16.7 33.3 50   | 1.5",
                "ewma       | 0 1 1     | 0 50 50        | 1.5",
                "ewma       | 256 1 255 | 50 0.2 49.8    | 1.5",
                "first      | 1 1 1     | 100 0 0        | 0",
                "first      | 0 1 2     | 0 100 0        | 0",
                "source     | 1 1 1     | 33.3 33.3 33.3 | 8",
                "source     | 1 2 3     | 16.7 33.3 50   | 8",
                "source     | 0 1 1     | 0 50 50        | 8",
                "uri        | 256 1 255 | 50 0.2 49.8    | 8",
                "header     | 1 1 1     | 33.3 33.3 33.3 | 8",
                "cookie     | 1 1 1     | 33.3 33.3 33.3 | 8",
            })
    void sharesAsWeightsSay(String algorithm, String weights, String expected, double tolerance) {
        List<TestCandidate> servers = servers(weights);
        Map<TestCandidate, Double> shares = shares(over(algorithm, servers));

        String[] percents = expected.split(" ");
        for (int i = 0; i < servers.size(); i++) {
            assertThat(shares.getOrDefault(servers.get(i), 0.0))
                    .as("%s of %s", servers.get(i), shares)
                    .isCloseTo(Double.parseDouble(percents[i]), within(tolerance));
        }
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void sharesAmongTheOthersWhenOneIsDown(Balance balance) {
        Balancing<TestCandidate> balancing = balance.among(List.of(a, b, c), 0, () -> 0);

        Map<TestCandidate, Double> shares = shares(balancing.over(List.of(a, c)));

        assertThat(shares).doesNotContainKey(b).containsKey(a);
        if (balance != Balance.FIRST) {
            assertThat(shares.get(c)).isBetween(40.0, 60.0);
        }
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void findsNoneWhenAllAreDown(Balance balance) {
        Balancing<TestCandidate> balancing = balance.among(List.of(a, b, c), 150, () -> 0);

        assertThat(balancing.over(List.of()).pick(1, Set.of())).isNull();
        assertThat(balancing.over(List.of()).pick(NO_KEY, Set.of())).isNull();
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void choosesNobodyOfWeightNull(Balance balance) {
        TestCandidate idle = new TestCandidate("idle", 0);
        Balancer<TestCandidate> balancer =
                balance.among(List.of(idle), 150, () -> 0).over(List.of(idle));

        assertThat(balancer.pick(1, Set.of())).isNull();
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void leavesOutWhatARequestHasTried(Balance balance) {
        Balancer<TestCandidate> balancer =
                balance.among(List.of(a, b, c), 150, () -> 0).over(List.of(a, b, c));
        for (long key = 0; key < 100; key++) {
            assertThat(balancer.pick(key, Set.of(a, c))).isSameAs(b);
            assertThat(balancer.pick(key, Set.of(b))).isIn(a, c);
            assertThat(balancer.pick(key, Set.of(a, b, c))).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void answersThoughAllStartSlowlyAndAreLoaded(Balance balance) {
        List<TestCandidate> servers = List.of(a, b, c);
        servers.forEach(server -> {
            server.ramp = 0.01;
            server.inFlight = 1000;
        });
        Balancer<TestCandidate> balancer =
                balance.among(servers, 101, () -> 3000).over(servers);

        for (long key = 0; key < 100; key++) {
            assertThat(balancer.pick(Hash64.mix(key), Set.of())).isNotNull();
        }
    }

    /** The turn is the only counter that overflows by being counted: close to its end no pick is lost, and shares stay. */
    @ParameterizedTest
    @EnumSource(names = {"ROUNDROBIN", "LEASTCONN"})
    void staysFairWhenTheTurnOverflows(Balance balance) {
        List<TestCandidate> servers = List.of(a, b, c);
        Turn turn = new Turn(Integer.MAX_VALUE - PICKS / 2);
        Balancer<TestCandidate> balancer = balance == Balance.ROUNDROBIN
                ? new RoundRobinBalancer<>(servers, VacantCandidates.allOf(servers), turn)
                : new LeastConnBalancer<>(servers, VacantCandidates.allOf(servers), turn);

        Map<TestCandidate, Double> shares = shares(balancer);

        assertThat(turn.next()).isNegative();
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isCloseTo(100 / 3.0, within(0.1)));
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void isCorrectWithAsManyRequestsInFlightAsCanBeCounted(Balance balance) {
        a.inFlight = Integer.MAX_VALUE;
        b.inFlight = Integer.MAX_VALUE;
        Balancer<TestCandidate> balancer =
                balance.among(List.of(a, b), 125, () -> 2L * Integer.MAX_VALUE).over(List.of(a, b));

        for (long key = 1; key < 100; key++) {
            assertThat(balancer.pick(Hash64.mix(key), Set.of())).isIn(a, b);
        }
    }

    @Test
    void takesTheFirstOfThoseThatAreNotFull() {
        Balancer<TestCandidate> balancer = over("first", List.of(a, b, c));

        assertThat(balancer.pick(NO_KEY, Set.of())).isSameAs(a);
        assertThat(balancer.pick(NO_KEY, Set.of(a))).isSameAs(b);
        assertThat(balancer.pick(NO_KEY, Set.of(a, b))).isSameAs(c);
    }

    private static Balancer<TestCandidate> over(String algorithm, List<TestCandidate> servers) {
        return Balance.valueOf(algorithm.toUpperCase(java.util.Locale.ROOT))
                .among(servers, 0, () -> 0)
                .over(servers);
    }

    /** In percent. */
    private static Map<TestCandidate, Double> shares(Balancer<TestCandidate> balancer) {
        return LongStream.rangeClosed(1, PICKS)
                .mapToObj(i -> balancer.pick(Hash64.mix(i), Set.of()))
                .collect(Collectors.groupingBy(
                        Function.identity(),
                        Collectors.collectingAndThen(Collectors.counting(), count -> count * 100.0 / PICKS)));
    }

    private static List<TestCandidate> servers(String weights) {
        String[] each = weights.strip().split(" ");
        return IntStream.range(0, each.length)
                .mapToObj(i -> new TestCandidate(String.valueOf((char) ('a' + i)), Integer.parseInt(each[i])))
                .toList();
    }
}
