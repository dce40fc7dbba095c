package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.HttpWire;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom frontends answer, and what each client may have. Clients are told apart as a trusted proxy, 127.0.0.1, names them. */
class GuardIT {
    @TempDir
    static Path directory;

    private static WebServer web;
    private static WebServer second;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        second = new WebServer("web-2");
        lb = RunningLb.of(directory, """
                frontends:
                  - {name: strange, listen: '127.0.0.1:0', guard: {allow: [10.0.0.0/8]}, backend: web}
                  - {name: networks, listen: '127.0.0.1:0',
                     guard: {trusted-proxies: [127.0.0.1, 10.0.0.0/8], allow: [192.0.2.0/24, '2001:db8::/32'], deny: [192.0.2.128/25]}, backend: web}
                  - {name: rate, listen: '127.0.0.1:0', guard: {trusted-proxies: [127.0.0.1], rate: 1, burst: 3}, backend: web}
                  - {name: concurrency, listen: '127.0.0.1:0', guard: {trusted-proxies: [127.0.0.1], concurrency: 1}, backend: web}
                  - {name: connections, listen: '127.0.0.1:0', guard: {connections: 2}, backend: web}
                  - {name: tcp, listen: '127.0.0.1:0', mode: tcp, proxy-protocol: {trusted: [127.0.0.1]},
                     guard: {deny: [192.0.2.128/25], concurrency: 1}, backend: web}
                  - {name: source, listen: '127.0.0.1:0', guard: {trusted-proxies: [127.0.0.1]}, backend: hashed}
                backends:
                  - %s
                  - %s
                """.formatted(
                        RunningLb.backend("web", web),
                        RunningLb.backend("hashed", web, second).replace("balance: roundrobin", "balance: source")));
        await().until(() -> lb.service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
    }

    @AfterAll
    static void stop() {
        lb.close();
        web.close();
        second.close();
    }

    private static HttpWire connect(String frontend) throws IOException {
        return HttpWire.connect(lb.port(frontend));
    }

    private static HttpWire.Response ask(HttpWire wire, String path, String... fields) throws IOException {
        return wire.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n"
                        + String.join(
                                "",
                                java.util.Arrays.stream(fields)
                                        .map(field -> field + "\r\n")
                                        .toList())
                        + "\r\n")
                .read();
    }

    private static HttpWire.Response askAs(HttpWire wire, String client) throws IOException {
        return ask(wire, "/", "X-Forwarded-For: " + client);
    }

    @Test
    void answersNobodyOutsideOfTheNetworks() throws Exception {
        int before = web.requests.get();
        try (HttpWire wire = connect("strange")) {
            HttpWire.Response refused = askAs(wire, "10.0.0.1");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.values("content-type")).containsExactly("application/problem+json");
            assertThat(refused.closes()).isFalse();
        }
        assertThat(web.requests).hasValue(before);
    }

    @Test
    void judgesByTheClientThatATrustedProxyNames() throws Exception {
        try (HttpWire wire = connect("networks")) {
            assertThat(askAs(wire, "192.0.2.1").status()).isEqualTo(200);
            assertThat(askAs(wire, "2001:db8::1").status()).isEqualTo(200);
            assertThat(askAs(wire, "192.0.2.129").status()).isEqualTo(403);
            assertThat(askAs(wire, "198.51.100.1").status()).isEqualTo(403);
            assertThat(askAs(wire, "192.0.2.1, 198.51.100.1").status())
                    .as("what a stranger claims")
                    .isEqualTo(403);
            assertThat(askAs(wire, "198.51.100.1, 192.0.2.1, 10.1.1.1").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void sendsAClientToOneServerByTheAddressThatATrustedProxyNames() throws Exception {
        try (HttpWire wire = connect("source")) {
            // Until both servers are up, all may go to one.
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                List<String> owners = owners(wire);
                assertThat(owners).contains("web-1", "web-2");
                assertThat(owners(wire)).isEqualTo(owners);
            });
        }
    }

    /** The servers of sixty-four clients. */
    private static List<String> owners(HttpWire wire) throws IOException {
        List<String> owners = new ArrayList<>();
        for (int client = 1; client <= 64; client++) {
            owners.addAll(askAs(wire, "192.0.2." + client).values("x-server"));
        }
        return owners;
    }

    @Test
    void continuesTheChainOfATrustedProxy() throws Exception {
        try (HttpWire wire = connect("networks")) {
            JsonObject fields = new JsonObject(ask(
                                    wire,
                                    "/",
                                    "X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.1.1.1",
                                    "X-Forwarded-Proto: https",
                                    "X-Forwarded-Host: www.foobar.com",
                                    "X-Real-IP: 6.6.6.6",
                                    "Forwarded: for=6.6.6.6")
                            .text())
                    .getJsonObject("fields");
            assertThat(fields.getString("x-forwarded-for")).isEqualTo("192.0.2.1, 10.1.1.1, 127.0.0.1");
            assertThat(fields.getString("x-forwarded-proto")).isEqualTo("https");
            assertThat(fields.getString("x-forwarded-host")).isEqualTo("www.foobar.com");
            assertThat(fields.getString("forwarded"))
                    .isEqualTo("for=192.0.2.1, for=10.1.1.1, for=127.0.0.1;host=\"a\";proto=http");
            assertThat(fields.containsKey("x-real-ip")).isFalse();
        }
    }

    @Test
    void replacesWhatATrustedProxyCannotHaveMeant() throws Exception {
        try (HttpWire wire = connect("networks")) {
            JsonObject fields = new JsonObject(ask(
                                    wire,
                                    "/",
                                    "Forwarded: for=\"[2001:db8::7]:80\"",
                                    "X-Forwarded-Proto: ftp",
                                    "X-Forwarded-Host: a/b")
                            .text())
                    .getJsonObject("fields");
            assertThat(fields.getString("x-forwarded-for")).isEqualTo("2001:db8:0:0:0:0:0:7, 127.0.0.1");
            assertThat(fields.getString("x-forwarded-proto")).isEqualTo("http");
            assertThat(fields.getString("x-forwarded-host")).isEqualTo("a");
        }
    }

    @Test
    void answers429ToAClientThatAsksTooOften() throws Exception {
        try (HttpWire wire = connect("rate")) {
            HttpWire.Response refused = null;
            for (int i = 0; i < 50 && (refused == null || refused.status() == 200); i++) {
                refused = askAs(wire, "198.51.100.7");
            }
            assertThat(refused).isNotNull();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.values("retry-after")).containsExactly("1");
            assertThat(refused.closes()).isFalse();
            assertThat(askAs(wire, "198.51.100.8").status())
                    .as("another client")
                    .isEqualTo(200);
        }
        String metrics = lb.management("/metrics").body();
        assertThat(metrics)
                .containsPattern("lb_frontend_requests_denied_total\\{proxy=\"rate\"\\} [1-9]")
                .contains("lb_frontend_request_errors_total{proxy=\"rate\"} 0.0");
    }

    @Test
    void answers429ToAClientThatAsksTooMuchAtOnce() throws Exception {
        web.released.set(false);
        try (HttpWire slow = connect("concurrency");
                HttpWire other = connect("concurrency")) {
            int waiting = web.waiting.get();
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n");
            await().until(() -> web.waiting.get() == waiting + 1);

            HttpWire.Response refused = askAs(other, "198.51.100.7");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.values("retry-after")).hasSize(1);
            assertThat(askAs(other, "198.51.100.8").status())
                    .as("another client")
                    .isEqualTo(200);

            web.released.set(true);
            assertThat(slow.read().status()).isEqualTo(200);
            await().until(() -> askAs(other, "198.51.100.7").status() == 200);
        } finally {
            web.released.set(true);
        }
    }

    @Test
    void countsNoLongerWhoHasGone() throws Exception {
        web.released.set(false);
        try (HttpWire gone = connect("concurrency");
                HttpWire other = connect("concurrency")) {
            int waiting = web.waiting.get();
            gone.send("GET /slow HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.9\r\n\r\n");
            await().until(() -> web.waiting.get() == waiting + 1);
            gone.reset();
            await().until(() -> askAs(other, "198.51.100.9").status() == 200);
        } finally {
            web.released.set(true);
        }
    }

    @Test
    void closesConnectionsThatAreTooManyOfOneClient() throws Exception {
        try (HttpWire first = connect("connections");
                HttpWire second = connect("connections")) {
            assertThat(first.get("/").status()).isEqualTo(200);
            assertThat(second.get("/").status()).isEqualTo(200);
            try (HttpWire third = connect("connections")) {
                assertThat(third.isClosed()).isTrue();
            }
            assertThat(second.get("/").status()).isEqualTo(200);
        }
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            try (HttpWire again = connect("connections")) {
                return again.get("/").status() == 200;
            }
        });
        assertThat(lb.management("/metrics").body())
                .containsPattern("lb_frontend_denied_connections_total\\{proxy=\"connections\"\\} [1-9]");
    }

    @Test
    void guardsConnectionsInTcpMode() throws Exception {
        try (HttpWire denied = connect("tcp")) {
            denied.send("PROXY TCP4 192.0.2.129 127.0.0.1 1 2\r\n");
            assertThat(denied.isClosed()).isTrue();
        }
        try (HttpWire first = connect("tcp")) {
            first.send("PROXY TCP4 192.0.2.1 127.0.0.1 1 2\r\n");
            assertThat(first.get("/").status()).isEqualTo(200);
            try (HttpWire second = connect("tcp")) {
                second.send("PROXY TCP4 192.0.2.1 127.0.0.1 1 2\r\n");
                assertThat(second.isClosed()).isTrue();
            }
            try (HttpWire other = connect("tcp")) {
                other.send("PROXY TCP4 192.0.2.2 127.0.0.1 1 2\r\n");
                assertThat(other.get("/").status()).isEqualTo(200);
            }
        }
    }
}
