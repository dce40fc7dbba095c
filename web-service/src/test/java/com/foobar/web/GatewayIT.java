package com.foobar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way to the application tier, with app servers in processes of their own. */
class GatewayIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    private static TestApp one;
    private static TestApp two;
    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        one = TestApp.start("app-1", 0);
        two = TestApp.start("app-2", 0);
        web = startWeb(one.port(), two.port());
    }

    @BeforeEach
    void awaitServers() {
        await().atMost(SOON).untilAsserted(() -> assertThat(states()).containsExactly("UP", "UP"));
    }

    @AfterAll
    static void stop() {
        web.close();
        one.close();
        two.close();
    }

    @Test
    void passesRequestsOnAsTheyAre() throws Exception {
        JsonObject seen = json(web.send(web.request(
                        "/api/articles?tag=a%20b&limit=1",
                        "Authorization",
                        "Token x.y.z",
                        "X-Request-Id",
                        "edge-1",
                        "X-Forwarded-For",
                        "203.0.113.9",
                        "X-Forwarded-Proto",
                        "https",
                        "traceparent",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .method("PUT", BodyPublishers.ofString("{}"))));
        assertThat(seen.getString("method")).isEqualTo("PUT");
        assertThat(seen.getString("target")).isEqualTo("/api/articles?tag=a%20b&limit=1");
        assertThat(seen.getInteger("bytes")).isEqualTo(2);
        JsonObject fields = seen.getJsonObject("fields");
        assertThat(fields.getString("authorization")).isEqualTo("Token x.y.z");
        assertThat(fields.getString("x-request-id")).isEqualTo("edge-1");
        assertThat(fields.getString("x-forwarded-for")).startsWith("203.0.113.9");
        assertThat(fields.getString("x-forwarded-proto")).isEqualTo("https");
        assertThat(fields.getString("traceparent"))
                .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                .doesNotContain("b7ad6b7169203331")
                .endsWith("-01");
        assertThat(fields.getString("host")).isEqualTo("localhost:" + web.port());
    }

    @Test
    void makesIdsWhereThereAreNone() throws Exception {
        JsonObject fields = json(web.get("/api/x")).getJsonObject("fields");
        assertThat(fields.getString("x-request-id")).matches("[A-Za-z0-9._-]{1,64}");
        assertThat(fields.getString("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
    }

    @Test
    void passesEmptyAndLargeBodies() throws Exception {
        String empty = RawClient.send(
                web.port(),
                "POST /api/articles/x/favorite HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assertThat(RawClient.status(empty)).isEqualTo(200);
        assertThat(empty).contains("\"method\":\"POST\"").contains("\"bytes\":0");

        String text = "{\"body\":\"" + "x".repeat(64 << 10) + "\"}";
        JsonObject seen = json(web.send(
                web.request("/api/articles", "Content-Type", "application/json").POST(BodyPublishers.ofString(text))));
        assertThat(seen.getInteger("bytes")).isEqualTo(text.length());
    }

    @Test
    void refusesBodiesThatAreTooLarge() throws Exception {
        HttpResponse<byte[]> response =
                web.send(web.request("/api/articles").POST(BodyPublishers.ofByteArray(new byte[(1 << 20) + 1])));
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void passesErrorsOfTheApplicationOn() throws Exception {
        assertThat(web.get("/api/missing").statusCode()).isEqualTo(404);
        assertThat(json(web.get("/api/missing")).getString("target")).isEqualTo("/api/missing");
        assertThat(json(web.get("/api")).getString("target")).isEqualTo("/api");
    }

    @Test
    void usesBothServers() throws Exception {
        Set<String> servers = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            servers.add(json(web.get("/api/x")).getString("server"));
        }
        assertThat(servers).containsExactlyInAnyOrder("app-1", "app-2");
    }

    @Test
    void failsNoGetWhenAServerIsKilled() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicInteger answered = new AtomicInteger();
        Set<Integer> failures = ConcurrentHashMap.newKeySet();
        Thread[] clients = new Thread[4];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Thread(() -> {
                while (running.get()) {
                    try {
                        int status = web.get("/api/articles").statusCode();
                        if (status != 200) {
                            failures.add(status);
                        }
                        answered.incrementAndGet();
                    } catch (IOException | InterruptedException e) {
                        failures.add(-1);
                    }
                }
            });
            clients[i].start();
        }
        await().atMost(SOON).until(() -> answered.get() > 200);
        one.kill();
        await().atMost(SOON).untilAsserted(() -> assertThat(states().get(0)).startsWith("DOWN"));
        int then = answered.get();
        await().atMost(SOON).until(() -> answered.get() > then + 200);
        running.set(false);
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
        assertThat(web.metric("web_server_up{server=\"app-1\"}")).isZero();
        assertThat(web.metric("web_server_up{server=\"app-2\"}")).isEqualTo(1);
        assertThat(web.metric("web_server_check_up_down_total{server=\"app-1\"}"))
                .isEqualTo(1);

        one = one.restart();
        await().atMost(SOON).untilAsserted(() -> assertThat(states()).containsExactly("UP", "UP"));
        await().atMost(SOON)
                .until(() -> json(web.get("/api/x")).getString("server").equals("app-1"));
    }

    @Test
    void saysThatNobodyIsThereAndServesTheSiteOn() throws Exception {
        one.kill();
        two.kill();
        await().atMost(SOON).untilAsserted(() -> assertThat(states()).allMatch(state -> state.startsWith("DOWN")));
        HttpResponse<byte[]> response = web.get("/api/articles", "X-Request-Id", "edge-2");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(json(response).getString("requestId")).isEqualTo("edge-2");
        assertThat(response.body())
                .asString(UTF_8)
                .doesNotContain("app-1")
                .doesNotContain(Integer.toString(one.port()));

        assertThat(web.get("/").statusCode()).isEqualTo(200);
        assertThat(web.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(web.metric("web_requests_total{code=\"5xx\",kind=\"api\"}")).isPositive();

        one = one.restart();
        two = two.restart();
    }

    /** As while one is restarted and the other one is only just back: no check says that one is up, but both answer. */
    @Test
    void asksServersThatAreNotReadyWhereNoneIs() throws Exception {
        one.ready(false);
        two.ready(false);
        try {
            await().atMost(SOON).untilAsserted(() -> assertThat(states()).allMatch(state -> state.startsWith("DOWN")));
            assertThat(web.metric("web_gateway_panic")).isEqualTo(1);
            Set<String> servers = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                servers.add(json(web.get("/api/x")).getString("server"));
            }
            assertThat(servers).containsExactlyInAnyOrder("app-1", "app-2");
            two.ready(true);
            await().atMost(SOON).untilAsserted(() -> assertThat(states().get(1)).isEqualTo("UP"));
            assertThat(web.metric("web_gateway_panic")).isZero();
            for (int i = 0; i < 20; i++) {
                assertThat(json(web.get("/api/x")).getString("server")).isEqualTo("app-2");
            }
        } finally {
            one.ready(true);
            two.ready(true);
        }
    }

    @Test
    void isReadyOnlyWhenItKnowsWhoIsThere() throws Exception {
        try (TestWeb fresh = startWeb(one.port(), two.port())) {
            assertThat(fresh.get("/api/x").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void startsWithoutTheApplicationTier() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        try (TestWeb alone = startWeb(nobody, nobody)) {
            assertThat(alone.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(alone.get("/").statusCode()).isEqualTo(200);
            assertThat(alone.get("/api/articles").statusCode()).isEqualTo(503);
        }
    }

    private static TestWeb startWeb(int first, int second) {
        return TestWeb.start("""
                gateway:
                  servers: [{name: app-1, address: 'localhost:%d'}, {name: app-2, address: 'localhost:%d'}]
                  check: {inter: 200ms, downinter: 200ms, fastinter: 100ms, fall: 2}
                """.formatted(first, second));
    }

    private List<String> states() throws IOException, InterruptedException {
        JsonArray neighbours = new JsonObject(web.management("/info")).getJsonArray("neighbours");
        return neighbours.stream()
                .map(neighbour -> ((JsonObject) neighbour).getString("state"))
                .toList();
    }

    private static JsonObject json(HttpResponse<byte[]> response) {
        return new JsonObject(new String(response.body(), UTF_8));
    }
}
