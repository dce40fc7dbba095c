package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.AdministrativeState;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.HttpWire.Response;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StickyIT {
    private static final String STICKY = "balance: roundrobin\nsticky: {cookie: SID, secret: 0123456789abcdef%s}";

    private static final Duration LONG = Duration.ofSeconds(30);

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
    void keepsAClientAtTheServerOfItsFirstAnswer() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            for (int i = 0; i < 3; i++) {
                Response first = wire.get("/");
                String cookie = cookie(first);
                for (int j = 0; j < 4; j++) {
                    Response next = get(wire, cookie);
                    assertThat(next.text()).isEqualTo(first.text());
                    // It has the cookie already.
                    assertThat(next.values("Set-Cookie")).isEmpty();
                    assertThat(next.values("Cache-Control")).isEmpty();
                }
            }
        }
        assertThat(proxy.server(1).requests()).hasSize(5);
        assertThat(proxy.server(2).requests()).hasSize(5);
        assertThat(proxy.server(3).requests()).hasSize(5);
    }

    @Test
    void writesACookieThatScriptsOtherSitesAndCachesDoNotGet() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response response = wire.get("/");

            assertThat(response.values("Set-Cookie"))
                    .singleElement()
                    .asString()
                    .matches("SID=[A-Za-z0-9_-]{32}; Path=/; HttpOnly; Secure; SameSite=Lax");
            assertThat(response.values("Cache-Control")).containsExactly("private");
        }
    }

    /** It may be the only request that the client makes. */
    @Test
    void writesTheCookieWithASwitchOfProtocols() throws IOException {
        listen("");
        for (int number = 1; number <= 3; number++) {
            proxy.server(number).answer((request, wire) -> {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                wire.stall();
            });
        }
        String handshake = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
        String cookie;
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            cookie = wire.send(handshake + "\r\n").readSwitch().stream()
                    .filter(line -> line.startsWith("Set-Cookie: SID="))
                    .map(line -> line.substring("Set-Cookie: ".length(), line.indexOf(';')))
                    .findFirst()
                    .orElse("");
        }
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(handshake + "Cookie: " + cookie + "\r\n\r\n").readSwitch())
                    .noneMatch(line -> line.startsWith("Set-Cookie"));
        }
        assertThat(proxy.server(1).requests()).hasSize(2);
    }

    @Test
    void writesTheCookieAsTheSettingsSay() throws IOException {
        listen(", max-age: 1h, same-site: strict, secure: false");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").values("Set-Cookie"))
                    .singleElement()
                    .asString()
                    .matches("SID=[A-Za-z0-9_-]{32}; Path=/; HttpOnly; Max-Age=3600; SameSite=Strict");
        }
    }

    @Test
    void hidesTheCookieFromServers() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response first = wire.get("/");
            String cookie = cookie(first);
            int number = first.text().charAt(first.text().length() - 1) - '0';

            get(wire, "a=b; " + cookie + "; c=d");
            assertThat(proxy.server(number).lastRequest().fields()).containsEntry("cookie", "a=b; c=d");

            get(wire, cookie);
            assertThat(proxy.server(number).lastRequest().fields()).doesNotContainKey("cookie");
        }
    }

    @Test
    void countsApartWhomNoCookieBrought() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response first = wire.get("/");
            int number = first.text().charAt(first.text().length() - 1) - '0';
            get(wire, cookie(first));
            get(wire, cookie(first));

            assertThat(proxy.backendServer(number).stats().requests()).isEqualTo(3);
            assertThat(proxy.backendServer(number).stats().loadBalanced()).isEqualTo(1);
        }
    }

    @Test
    void movesAClientToAnotherServerWhenItsOwnIsDownAndKeepsItThere() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response first = wire.get("/");
            String cookie = cookie(first);
            int number = first.text().charAt(first.text().length() - 1) - '0';

            proxy.backendServer(number).set(OperationalState.DOWN, "test", false);
            Response moved = get(wire, cookie);
            assertThat(moved.text()).isNotEqualTo(first.text());
            String newCookie = cookie(moved);
            assertThat(newCookie).isNotEqualTo(cookie);

            proxy.backendServer(number).set(OperationalState.UP, "test");
            for (int i = 0; i < 4; i++) {
                assertThat(get(wire, newCookie).text()).isEqualTo(moved.text());
            }
        }
    }

    /** All checks fail, and all servers answer requests. */
    @Test
    void keepsAClientAtItsServerInPanic() throws IOException {
        proxy.listen(STICKY.formatted("") + "\npanic-threshold: 1");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response first = wire.get("/");
            for (int number = 1; number <= 3; number++) {
                proxy.backendServer(number).set(OperationalState.DOWN, "status 500", true);
            }
            for (int i = 0; i < 6; i++) {
                Response next = get(wire, cookie(first));
                assertThat(next.text()).isEqualTo(first.text());
                assertThat(next.values("Set-Cookie")).isEmpty();
            }
            Response second = wire.get("/");
            assertThat(second.text()).isNotEqualTo(first.text());
            assertThat(get(wire, cookie(second)).text()).isEqualTo(second.text());
        }
    }

    @Test
    void waitsForABusyServerOfItsSessionInPanicUntilThatEnds() throws Exception {
        proxy.close();
        proxy = new ProxyFixture(2);
        proxy.listen(
                ProxySettings.DEFAULTS.withConnections(1, 10).withTimeouts(LONG, LONG, LONG),
                STICKY.formatted("") + "\npanic-threshold: 1");
        CountDownLatch answer = new CountDownLatch(1);
        try (HttpWire first = HttpWire.connect(proxy.port());
                HttpWire second = HttpWire.connect(proxy.port())) {
            Response response = first.get("/");
            int own = response.text().charAt(response.text().length() - 1) - '0';
            int other = 3 - own;
            proxy.backendServer(own).set(OperationalState.DOWN, "status 500", true);
            proxy.backendServer(other).set(OperationalState.DOWN, "status 500", true);
            proxy.server(own).answerAfter(answer);
            String request = "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie(response) + "\r\n\r\n";
            first.send(request);
            await().atMost(LONG).until(() -> proxy.backendServer(own).inFlight() == 1);
            second.send(request);
            await().atMost(LONG).until(() -> waitingFor(own) == 1);

            proxy.backendServer(other).set(OperationalState.UP, "test");
            assertThat(second.read().text()).isEqualTo("server-" + other);
        } finally {
            answer.countDown();
        }
    }

    @Test
    void movesAClientWhoseServerDiesUnderItsRequest() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response first = wire.get("/");
            String cookie = cookie(first);
            int number = first.text().charAt(first.text().length() - 1) - '0';

            proxy.server(number).kill();
            Response moved = get(wire, cookie);

            assertThat(moved.status()).isEqualTo(200);
            assertThat(moved.text()).isNotEqualTo(first.text());
            assertThat(get(wire, cookie(moved)).text()).isEqualTo(moved.text());
        }
    }

    @Test
    void waitsForTheServerOfItsSessionWhileThatIsBusy() throws Exception {
        proxy.listen(ProxySettings.DEFAULTS.withConnections(1, 10), STICKY.formatted(""));
        try (HttpWire first = HttpWire.connect(proxy.port());
                HttpWire second = HttpWire.connect(proxy.port())) {
            Response response = first.get("/");
            String cookie = cookie(response);
            int number = response.text().charAt(response.text().length() - 1) - '0';
            CountDownLatch answer = new CountDownLatch(1);
            proxy.server(number).answerAfter(answer);

            String request = "GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n";
            first.send(request);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> proxy.server(number).requests().size() == 2);
            second.send(request);
            await().atMost(Duration.ofSeconds(30)).until(() -> waitingFor(number) == 1);
            answer.countDown();

            assertThat(first.read().text()).isEqualTo(response.text());
            assertThat(second.read().text()).isEqualTo(response.text());
        }
    }

    /** A queue with a place for one: the sessions of a server that hangs are in another one. */
    @Test
    void letsOthersWaitThoughTheSessionsOfAServerThatHangsWaitAsWell() throws Exception {
        proxy.close();
        proxy = new ProxyFixture(2);
        proxy.listen(
                ProxySettings.DEFAULTS.withConnections(1, 1).withTimeouts(LONG, LONG, LONG),
                "sticky: {cookie: SID, secret: 0123456789abcdef}\nbalance: first");
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch work = new CountDownLatch(1);
        try (HttpWire first = HttpWire.connect(proxy.port());
                HttpWire second = HttpWire.connect(proxy.port());
                HttpWire other = HttpWire.connect(proxy.port());
                HttpWire any = HttpWire.connect(proxy.port())) {
            String request = "GET / HTTP/1.1\r\nHost: a\r\n";
            String session = request + "Cookie: " + cookie(first.get("/")) + "\r\n\r\n";
            proxy.server(1).answerAfter(hang);
            proxy.server(2).answerAfter(work);
            first.send(session);
            await().atMost(LONG).until(() -> proxy.backendServer(1).inFlight() == 1);
            second.send(session);
            await().atMost(LONG).until(() -> waitingFor(1) == 1);
            other.send(request + "\r\n");
            await().atMost(LONG).until(() -> proxy.backendServer(2).inFlight() == 1);
            any.send(request + "\r\n");
            await().atMost(LONG).until(() -> proxy.proxy().queued() == 1);

            work.countDown();
            assertThat(other.read().text()).isEqualTo("server-2");
            assertThat(any.read().text()).isEqualTo("server-2");
            assertThat(waitingFor(1)).isEqualTo(1);

            // Who waits for a server that is gone gets another one, and its cookie.
            proxy.backendServer(1).set(OperationalState.DOWN, "test", false);
            Response moved = second.read();
            assertThat(moved.text()).isEqualTo("server-2");
            assertThat(moved.values("Set-Cookie")).hasSize(1);
        } finally {
            hang.countDown();
        }
    }

    private int waitingFor(int server) {
        return proxy.proxy().admission().waitingFor(proxy.backendServer(server));
    }

    /** As in HAProxy: sessions end where they began, new clients go elsewhere. */
    @Test
    void letsClientsStayAtAServerThatIsDrainedButNotInMaintenance() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            Response first = wire.get("/");
            String cookie = cookie(first);
            int number = first.text().charAt(first.text().length() - 1) - '0';

            proxy.backendServer(number).set(AdministrativeState.DRAIN);
            assertThat(get(wire, cookie).text()).isEqualTo(first.text());
            for (int i = 0; i < 4; i++) {
                assertThat(wire.get("/").text()).isNotEqualTo(first.text());
            }

            proxy.backendServer(number).set(AdministrativeState.MAINT);
            assertThat(get(wire, cookie).text()).isNotEqualTo(first.text());
        }
    }

    /** Values that are no signature of ours, but look like one. */
    @ParameterizedTest
    @ValueSource(strings = {"server-2", "", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "prefix"})
    void doesNotFollowAForgedCookie(String value) throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            String genuine = cookie(wire.get("/"));
            String forged = value.equals("prefix") ? genuine.substring(0, genuine.length() - 1) + "!" : "SID=" + value;
            Map<String, Integer> served = new HashMap<>();
            for (int i = 0; i < 6; i++) {
                Response response = get(wire, forged);
                served.merge(response.text(), 1, Integer::sum);
                assertThat(response.values("Set-Cookie")).hasSize(1);
            }
            assertThat(served.values()).containsExactly(2, 2, 2);
        }
    }

    @Test
    void understandsTheCookiesOfAnotherLoadBalancerWithTheSameSecretOnly() throws IOException {
        listen("");
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            String cookie = cookie(wire.get("/"));
            proxy.close();
            proxy = new ProxyFixture(3);
            listen("");
            try (HttpWire other = HttpWire.connect(proxy.port())) {
                assertThat(get(other, cookie).values("Set-Cookie")).isEmpty();
            }
            proxy.close();
            proxy = new ProxyFixture(3);
            proxy.listen("sticky: {cookie: SID, secret: fedcba9876543210}");
            try (HttpWire other = HttpWire.connect(proxy.port())) {
                assertThat(get(other, cookie).values("Set-Cookie")).hasSize(1);
            }
        }
    }

    private void listen(String more) {
        proxy.listen(STICKY.formatted(more));
    }

    private static String cookie(Response response) {
        List<String> fields = response.values("Set-Cookie");
        assertThat(fields).hasSize(1);
        return fields.get(0).substring(0, fields.get(0).indexOf(';'));
    }

    private static Response get(HttpWire wire, String cookie) throws IOException {
        return wire.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n")
                .read();
    }
}
