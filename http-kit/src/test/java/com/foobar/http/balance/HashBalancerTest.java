package com.foobar.http.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashBalancerTest {
    private static final int KEYS = 20_000;

    private final List<TestCandidate> servers = IntStream.rangeClosed(1, 10)
            .mapToObj(i -> new TestCandidate("web-" + i, 1))
            .toList();
    private final AtomicLong inFlight = new AtomicLong();

    @Test
    void sendsAKeyToTheSameServerInEveryProcess() {
        Balancer<TestCandidate> one = unbounded().over(servers);
        Balancer<TestCandidate> other = unbounded().over(servers);

        assertThat(owners(one)).isEqualTo(owners(other));
        // Pinned: a release that moved all keys would empty every cache behind the load balancer.
        assertThat(one.pick(Hash64.of("/index.html"), Set.of())).hasToString("web-7");
        assertThat(one.pick(Hash64.of("192.0.2.7"), Set.of())).hasToString("web-5");
    }

    @Test
    void movesOnlyTheKeysOfTheServerThatLeavesAndBringsThemBack() {
        Balancing<TestCandidate> balancing = unbounded();
        List<TestCandidate> before = owners(balancing.over(servers));
        TestCandidate gone = servers.get(4);

        List<TestCandidate> without = owners(balancing.over(
                servers.stream().filter(server -> !server.equals(gone)).toList()));

        for (int i = 0; i < KEYS; i++) {
            if (before.get(i).equals(gone)) {
                assertThat(without.get(i)).isNotSameAs(gone);
            } else {
                assertThat(without.get(i)).isSameAs(before.get(i));
            }
        }
        assertThat(without.stream().distinct()).hasSize(9);
        assertThat(owners(balancing.over(servers))).isEqualTo(before);
    }

    @Test
    void movesOnlyKeysToOrFromTheServerWhoseWeightChanges() {
        List<TestCandidate> heavier = new ArrayList<>(servers);
        heavier.set(0, new TestCandidate("web-1", 2));
        List<TestCandidate> heaviest = new ArrayList<>(servers);
        heaviest.set(9, new TestCandidate("web-10", 2));
        heavier.set(9, heaviest.get(9));

        List<TestCandidate> before =
                owners(HashBalancer.among(heaviest, 0, inFlight::get, Vacancies.all(heaviest.size()))
                        .over(heaviest));
        List<TestCandidate> after = owners(HashBalancer.among(heavier, 0, inFlight::get, Vacancies.all(heavier.size()))
                .over(heavier));

        for (int i = 0; i < KEYS; i++) {
            if (!after.get(i).name().equals("web-1")) {
                assertThat(after.get(i).name()).isEqualTo(before.get(i).name());
            }
        }
        assertThat(after.stream()
                        .filter(server -> server.name().equals("web-1"))
                        .count())
                .isGreaterThan(before.stream()
                        .filter(server -> server.name().equals("web-1"))
                        .count());
    }

    /** What a server asks for in its answers to checks may be more than any has in the settings. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 20})
    void givesAServerItsShareThoughItBecomesHeavierThanTheHeaviest(int weight) {
        Balancing<TestCandidate> balancing = unbounded();
        List<TestCandidate> before = owners(balancing.over(servers));
        TestCandidate heavy = servers.get(4);
        heavy.weight = weight;

        List<TestCandidate> after = owners(balancing.over(servers));

        for (int i = 0; i < KEYS; i++) {
            if (!after.get(i).equals(heavy)) {
                assertThat(after.get(i)).isSameAs(before.get(i));
            }
        }
        double expected = weight / (weight + 9.0);
        assertThat(keysOf(heavy, after).size() / (double) KEYS).isBetween(0.85 * expected, 1.15 * expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 125, 150, 200})
    void letsNoServerHaveMoreThanTheFactorOfTheMean(int factor) {
        Balancer<TestCandidate> balancer = HashBalancer.among(
                        servers, factor, inFlight::get, Vacancies.all(servers.size()))
                .over(servers);

        // A tenth of the requests are for one key, the others for their own.
        for (int i = 0; i < KEYS; i++) {
            TestCandidate picked = balancer.pick(Hash64.of(i % 10 == 0 ? "/hot" : "/cold/" + i), Set.of());
            picked.inFlight++;
            inFlight.incrementAndGet();
        }

        int most = (int) Math.ceil(KEYS * factor / 1000.0);
        assertThat(servers).extracting(TestCandidate::inFlight).allMatch(load -> load <= most, "at most " + most);
    }

    @Test
    void keepsKeysAtHomeWhileNobodyIsFull() {
        servers.forEach(server -> server.inFlight = 10);
        inFlight.set(100);
        Balancer<TestCandidate> bounded = HashBalancer.among(servers, 125, inFlight::get, Vacancies.all(servers.size()))
                .over(servers);

        assertThat(owners(bounded)).isEqualTo(owners(unbounded().over(servers)));
    }

    @Test
    void passesAKeyOnToTheSameNextServerEachTime() {
        Balancer<TestCandidate> bounded = HashBalancer.among(servers, 125, inFlight::get, Vacancies.all(servers.size()))
                .over(servers);
        long key = Hash64.of("/hot");
        TestCandidate home = bounded.pick(key, Set.of());
        home.inFlight = 100;
        inFlight.set(100);

        TestCandidate next = bounded.pick(key, Set.of());

        assertThat(next).isNotSameAs(home);
        assertThat(bounded.pick(key, Set.of())).isSameAs(next);
        assertThat(bounded.pick(key, Set.of(home))).isSameAs(next);
    }

    @Test
    void givesAServerThatStartsSlowlyItsKeysBackOneAfterTheOther() {
        Balancer<TestCandidate> balancer = unbounded().over(servers);
        List<TestCandidate> whole = owners(balancer);
        TestCandidate cold = servers.get(2);
        cold.ramp = 0.25;
        Set<Integer> quarter = keysOf(cold, owners(balancer));
        cold.ramp = 0.5;
        Set<Integer> half = keysOf(cold, owners(balancer));

        assertThat(half).containsAll(quarter).hasSizeGreaterThan(quarter.size());
        assertThat(keysOf(cold, whole)).containsAll(half);
        assertThat((double) quarter.size() / keysOf(cold, whole).size()).isBetween(0.2, 0.3);
    }

    @Test
    void spreadsRequestsWithoutAKeyInTurn() {
        Balancer<TestCandidate> balancer = unbounded().over(servers);

        assertThat(IntStream.range(0, 10).mapToObj(i -> balancer.pick(Balancer.NO_KEY, Set.of())))
                .containsExactlyElementsOf(servers);
    }

    @Test
    void hashesTextAndItsBytesAlike() {
        byte[] bytes = "x/ä?".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Hash64.of(bytes, 1, 2)).isEqualTo(Hash64.of("/ä"));
        assertThat(Hash64.of("")).isNotEqualTo(Balancer.NO_KEY);
    }

    private Balancing<TestCandidate> unbounded() {
        return HashBalancer.among(servers, 0, inFlight::get, Vacancies.all(servers.size()));
    }

    private static List<TestCandidate> owners(Balancer<TestCandidate> balancer) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> balancer.pick(Hash64.of("/" + i), Set.of()))
                .toList();
    }

    private static Set<Integer> keysOf(TestCandidate server, List<TestCandidate> owners) {
        return IntStream.range(0, KEYS)
                .filter(i -> owners.get(i).equals(server))
                .boxed()
                .collect(Collectors.toSet());
    }
}
