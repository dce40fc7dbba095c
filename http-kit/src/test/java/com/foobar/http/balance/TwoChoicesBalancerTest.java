package com.foobar.http.balance;

import static com.foobar.http.balance.Balancer.NO_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TwoChoicesBalancerTest {
    private static final int PICKS = 64_000;

    /** The same numbers each time. */
    private final SplittableRandom random = new SplittableRandom(1);

    private final TestCandidate a = new TestCandidate("a", 1);
    private final TestCandidate b = new TestCandidate("b", 1);
    private final TestCandidate c = new TestCandidate("c", 1);

    @Test
    void neverTakesTheMostLoadedOfThree() {
        a.inFlight = 3;
        b.inFlight = 1;
        c.inFlight = 2;

        assertThat(shares(byLoad(a, b, c))).containsOnlyKeys(b, c);
    }

    @Test
    void takesTheLessLoadedForItsWeight() {
        TestCandidate heavy = new TestCandidate("heavy", 4);
        heavy.inFlight = 3;
        a.inFlight = 1;

        assertThat(shares(byLoad(a, heavy))).containsOnlyKeys(heavy);
    }

    @Test
    void staysLevelWhereOneChoiceWouldNot() {
        List<TestCandidate> servers = IntStream.range(0, 1000)
                .mapToObj(i -> new TestCandidate("s" + i, 1))
                .toList();
        Balancer<TestCandidate> balancer =
                TwoChoicesBalancer.byLoad(servers, VacantCandidates.allOf(servers), random::nextLong);
        for (int i = 0; i < 10_000; i++) {
            balancer.pick(NO_KEY, Set.of()).inFlight++;
        }

        // One choice: about 21. Two: the mean and log log n.
        assertThat(servers).extracting(TestCandidate::inFlight).allMatch(load -> load <= 14);
    }

    @Test
    void givesAServerThatStartsSlowlyItsPartOfTheDraws() {
        a.ramp = 0.25;

        Map<TestCandidate, Long> shares = shares(byLoad(a, b, c));

        // 0.25 of 2.25
        assertThat(shares.get(a)).isBetween(PICKS * 10 / 100L, PICKS * 12 / 100L);
    }

    @Test
    void takesTheFasterOneAndStarvesNobody() {
        a.latency = 1e6;
        b.latency = 1e9;

        Map<TestCandidate, Long> shares = shares(byLatency(a, b));

        assertThat(shares.get(a)).isGreaterThan(PICKS * 98 / 100L);
        // Half of every 64th.
        assertThat(shares.get(b)).isBetween(PICKS / 180L, PICKS / 90L);
    }

    @Test
    void weighsLatencyAgainstLoad() {
        a.latency = 1e6;
        a.inFlight = 9;
        b.latency = 2e6;

        assertThat(shares(byLatency(a, b)).get(b)).isGreaterThan(PICKS * 98 / 100L);
    }

    @Test
    void asksAServerThatNobodyKnowsOnceAndWaits() {
        a.latency = 1e6;
        a.inFlight = 100;
        Balancer<TestCandidate> balancer = byLatency(a, b);
        assertThat(shares(balancer).get(b)).isGreaterThan(PICKS * 98 / 100L);

        b.inFlight = 1;

        assertThat(shares(balancer).get(a)).isGreaterThan(PICKS * 98 / 100L);
    }

    private Balancer<TestCandidate> byLoad(TestCandidate... servers) {
        return TwoChoicesBalancer.byLoad(List.of(servers), VacantCandidates.allOf(List.of(servers)), random::nextLong);
    }

    private Balancer<TestCandidate> byLatency(TestCandidate... servers) {
        return TwoChoicesBalancer.byLatency(
                List.of(servers), VacantCandidates.allOf(List.of(servers)), random::nextLong);
    }

    private static Map<TestCandidate, Long> shares(Balancer<TestCandidate> balancer) {
        return Stream.generate(() -> balancer.pick(NO_KEY, Set.of()))
                .limit(PICKS)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
