package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.OperationalState;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BalancingIT {
    private static final int KEYS = 40;

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(3);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @Test
    void sendsAPathToOneServerWhateverItsQuery() throws IOException {
        proxy.listen("balance: uri");
        Set<String> owners = new HashSet<>();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < KEYS; i++) {
                String owner = wire.get("/page/" + i).text();
                assertThat(wire.get("/page/" + i).text()).isEqualTo(owner);
                assertThat(wire.get("/page/" + i + "?q=" + i).text()).isEqualTo(owner);
                owners.add(owner);
            }
        }
        assertThat(owners).containsExactlyInAnyOrder("server-1", "server-2", "server-3");
    }

    @Test
    void sendsAClientToOneServerByItsAddress() throws IOException {
        proxy.listen("balance: source");
        Set<String> owners = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            try (HttpWire wire = HttpWire.connect(proxy.port())) {
                owners.add(wire.get("/" + i).text());
            }
        }
        assertThat(owners).hasSize(1);
    }

    @Test
    void sendsAHeadersValueToOneServerAndRequestsWithoutItInTurn() throws IOException {
        proxy.listen("balance: header\nhash-name: x-user");
        Set<String> owners = new HashSet<>();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < KEYS; i++) {
                String owner = get(wire, "X-User: user-" + i);
                assertThat(get(wire, "x-user: user-" + i)).isEqualTo(owner);
                owners.add(owner);
            }
            assertThat(owners).hasSize(3);
            assertThat(List.of(get(wire, "X-Other: 1"), get(wire, "X-Other: 1"), get(wire, "X-User: ")))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void sendsACookiesValueToOneServer() throws IOException {
        proxy.listen("balance: cookie\nhash-name: sid");
        Set<String> owners = new HashSet<>();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < KEYS; i++) {
                String owner = get(wire, "Cookie: a=b; sid=" + i);
                assertThat(get(wire, "Cookie: sid=" + i + "; c=d")).isEqualTo(owner);
                owners.add(owner);
            }
        }
        assertThat(owners).hasSize(3);
    }

    @Test
    void movesAKeyToAnotherServerWhileItsOwnIsDown() throws IOException {
        proxy.listen("balance: uri");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            String owner = wire.get("/page").text();
            int number = owner.charAt(owner.length() - 1) - '0';

            proxy.backendServer(number).set(OperationalState.DOWN, "test", false);
            String other = wire.get("/page").text();
            assertThat(other).isNotEqualTo(owner);
            assertThat(wire.get("/page").text()).isEqualTo(other);

            proxy.backendServer(number).set(OperationalState.UP, "test");
            assertThat(wire.get("/page").text()).isEqualTo(owner);
        }
    }

    @Test
    void prefersTheServerThatAnswersSoonerAndForgetsNone() throws IOException {
        proxy.listen("balance: ewma");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int number = 1; number <= 3; number++) {
                // Each has an hour to its name, but the second.
                proxy.backendServer(number).answeredAfter(number == 2 ? 1 : 3_600_000_000_000L);
            }
            for (int i = 0; i < 300; i++) {
                assertThat(wire.get("/").status()).isEqualTo(200);
            }
        }
        // In two of three pairs the second is one of both; and answers of the others that are probed are measured anew.
        assertThat(proxy.server(2).requests().size()).isGreaterThan(100);
        assertThat(proxy.backendServer(2).latency(System.nanoTime())).isBetween(1.0, 60e9);
    }

    @Test
    void asksBackupsOnlyWhenNoOtherServerIsUp() throws IOException {
        proxy.listen("balance: random", "", "backup: true", "backup: true");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < 10; i++) {
                assertThat(wire.get("/").text()).isEqualTo("server-1");
            }
            proxy.backendServer(1).set(OperationalState.DOWN, "test", false);
            for (int i = 0; i < 10; i++) {
                assertThat(wire.get("/").text()).isEqualTo("server-2");
            }
        }
    }

    @Test
    void asksAllBackupsInTurnWhereAllShareTheRequests() throws IOException {
        proxy.listen("balance: roundrobin\nallbackups: true", "", "backup: true", "backup: true");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("server-1");
            proxy.backendServer(1).set(OperationalState.DOWN, "test", false);
            assertThat(List.of(wire.get("/").text(), wire.get("/").text()))
                    .containsExactlyInAnyOrder("server-2", "server-3");
        }
    }

    @Test
    void givesAServerThatCameBackLittleAtFirst() throws IOException {
        proxy.listen("balance: roundrobin\nslowstart: 1h");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            proxy.backendServer(1).set(OperationalState.DOWN, "test", false);
            proxy.backendServer(1).set(OperationalState.UP, "test");
            for (int i = 0; i < 201; i++) {
                wire.get("/");
            }
        }
        // One for a hundred of each other.
        assertThat(proxy.server(1).requests()).hasSize(1);
        assertThat(proxy.server(2).requests()).hasSize(100);
    }

    @Test
    void asksServersThatStillAnswerWhereTooFewAreUp() throws IOException {
        proxy.listen("balance: roundrobin\npanic-threshold: 50");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            proxy.backendServer(1).set(OperationalState.DOWN, "test", true);
            assertThat(threeOf(wire)).as("two of three are up").doesNotContain("server-1");
            proxy.backendServer(2).set(OperationalState.DOWN, "test", false);
            assertThat(threeOf(wire)).as("and one").containsOnly("server-1", "server-3");
        }
    }

    private static List<String> threeOf(HttpWire wire) throws IOException {
        return List.of(wire.get("/").text(), wire.get("/").text(), wire.get("/").text());
    }

    @Test
    void boundsWhatAServerHasOfOneKey() throws Exception {
        proxy.listen("balance: uri\nhash-balance-factor: 150");
        CountDownLatch answer = new CountDownLatch(1);
        for (int number = 1; number <= 3; number++) {
            proxy.server(number).answerAfter(answer);
        }
        List<HttpWire> wires = new ArrayList<>();
        try {
            for (int i = 1; i <= 6; i++) {
                HttpWire wire = HttpWire.connect(proxy.port()).send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
                wires.add(wire);
                int all = i;
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> inFlight().stream().mapToInt(n -> n).sum() == all);
            }
            // 1.5 times the mean of two, for its owner and for who takes what that does not.
            assertThat(inFlight()).containsExactlyInAnyOrder(3, 3, 0);
        } finally {
            answer.countDown();
            for (HttpWire wire : wires) {
                wire.close();
            }
        }
    }

    private List<Integer> inFlight() {
        return Stream.of(1, 2, 3)
                .map(number -> proxy.server(number).requests().size())
                .toList();
    }

    @Test
    void fillsTheFirstServerBeforeTheNextWithFirst() throws Exception {
        proxy.listen(ProxySettings.DEFAULTS.withConnections(1, 10), "balance: first");
        CountDownLatch answer = new CountDownLatch(1);
        proxy.server(1).answerAfter(answer);
        try (HttpWire busy = HttpWire.connect(proxy.port());
                HttpWire wire = HttpWire.connect(proxy.port())) {
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !proxy.server(1).requests().isEmpty());
            assertThat(wire.get("/").text()).isEqualTo("server-2");

            answer.countDown();
            assertThat(busy.read().text()).isEqualTo("server-1");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> wire.get("/").text().equals("server-1"));
        }
        assertThat(proxy.server(3).requests()).isEmpty();
    }

    private static String get(HttpWire wire, String field) throws IOException {
        return wire.send("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n")
                .read()
                .text();
    }
}
