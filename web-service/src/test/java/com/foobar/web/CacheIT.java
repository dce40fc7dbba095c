package com.foobar.web;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.FixtureServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shared cache in front of a real origin. Each test has a path of its own; what it is answered with is told to the fixture before. The origin numbers its answers, so that a
 * body says whether it came from the store.
 */
class CacheIT {
    private static final Map<String, FixtureServer.Behaviour> BEHAVIOURS = new ConcurrentHashMap<>();
    private static final Map<String, AtomicInteger> ASKED = new ConcurrentHashMap<>();

    private static FixtureServer origin;
    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        origin = FixtureServer.start("origin").answer((request, wire) -> {
            if (request.target().equals("/health/ready")) {
                wire.respond(200, "ready");
                return;
            }
            String path = request.target().replaceAll("\\?.*", "");
            ASKED.computeIfAbsent(path, p -> new AtomicInteger()).incrementAndGet();
            BEHAVIOURS.get(path).answer(request, wire);
        });
        web = start("{max-object: 100KiB, collapse-timeout: 1m}");
    }

    private static TestWeb start(String cache) {
        TestWeb started = TestWeb.start("""
                gateway:
                  servers: [{name: origin, address: 'localhost:%d'}]
                  check: {on-error: fastinter, fall: 100}
                  attempts: 1
                  cache: %s
                log: {access: false}
                """.formatted(origin.port(), cache));
        await().atMost(30, SECONDS).until(() -> started.running().service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
        return started;
    }

    @AfterAll
    static void stop() throws IOException {
        web.close();
        origin.close();
    }

    @Test
    void answersAgainWhatTheOriginMarked() throws Exception {
        origin("/api/marked", "Cache-Control: max-age=600\r\nX-Own: a\r\n");
        assertThat(body(web.get("/api/marked"))).isEqualTo("1");
        HttpResponse<byte[]> second = web.get("/api/marked");
        assertThat(body(second)).isEqualTo("1");
        assertThat(second.headers().firstValue("Age")).isPresent();
        assertThat(second.headers().firstValue("X-Own")).hasValue("a");
        assertThat(second.headers().firstValue("Cache-Status").orElseThrow()).startsWith("web-1; hit; ttl=");
        assertThat(second.headers().firstValue("X-Request-Id"))
                .isNotEqualTo(web.get("/api/marked").headers().firstValue("X-Request-Id"));
        assertThat(asked("/api/marked")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: 1",
                "ETag: \"only\"",
                "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT",
                "Cache-Control: no-store, max-age=600",
                "Cache-Control: private, max-age=600",
                "Cache-Control: max-age=600\r\nSet-Cookie: session=1",
                "Cache-Control: max-age=600\r\nVary: Accept, *",
                "Cache-Control: max-age=600, max-age=0",
                "Cache-Control: x=\"max-age=600\"",
                "Expires: Thu, 18 Aug 50 02:01:18 GMT",
                "Expires: 0",
                "Cache-Control: max-age=600\r\nAge: 700",
                "Cache-Control: max-age=600\r\nCDN-Cache-Control: no-store",
            })
    void doesNotAnswerAgainWhatIsNotForOthers(String fields) throws Exception {
        String path = "/api/own/" + Integer.toHexString(fields.hashCode());
        origin(path, fields + "\r\n");
        assertThat(body(web.get(path))).isEqualTo("1");
        assertThat(body(web.get(path))).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: public, max-age=600\r\nSet-Cookie: seen=1",
                "Cache-Control: max-age=600, private=\"set-cookie\"\r\nSet-Cookie: session=1",
                "Cache-Control: no-store\r\nCDN-Cache-Control: max-age=600",
                "Cache-Control: max-age=0, s-maxage=600",
                "Cache-Control: MAX-AGE=\"600\"",
                "Expires: Thu, 18 Aug 2050 02:01:18 GMT",
                "Expires: Thu Aug  8 02:01:18 2050",
                "Cache-Control: max-age=99999999999",
                "Cache-Control: no-store, must-understand, max-age=600",
            })
    void answersAgainWithPermission(String fields) throws Exception {
        String path = "/api/shared/" + Integer.toHexString(fields.hashCode());
        origin(path, fields + "\r\n");
        assertThat(body(web.get(path))).isEqualTo("1");
        HttpResponse<byte[]> second = web.get(path);
        assertThat(body(second)).isEqualTo("1");
        assertThat(second.headers().allValues("Set-Cookie")).doesNotContain("session=1");
    }

    @Test
    void keepsCredentialsApart() throws Exception {
        origin("/api/auth", "Cache-Control: max-age=600\r\n");
        assertThat(body(web.get("/api/auth", "Authorization", "Token a"))).isEqualTo("1");
        assertThat(body(web.get("/api/auth"))).isEqualTo("2");
        assertThat(body(web.get("/api/auth"))).isEqualTo("2");
        assertThat(body(web.get("/api/auth", "Authorization", "Token b"))).isEqualTo("3");

        origin("/api/auth-public", "Cache-Control: public, max-age=600\r\n");
        assertThat(body(web.get("/api/auth-public", "Authorization", "Token a")))
                .isEqualTo("1");
        assertThat(body(web.get("/api/auth-public", "Authorization", "Token b")))
                .isEqualTo("1");
    }

    @Test
    void leavesTheConditionsOfWhoeverHasCredentialsToTheOrigin() throws Exception {
        BEHAVIOURS.put("/api/auth-same", (request, wire) -> {
            String fields = "ETag: \"mine\"\r\nCache-Control: private, no-cache\r\n";
            if ("\"mine\"".equals(request.fields().get("if-none-match"))) {
                wire.send("HTTP/1.1 304 Not Modified\r\n" + fields + "\r\n");
            } else {
                respond(wire, fields, "body");
            }
        });
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> same =
                    web.get("/api/auth-same", "Authorization", "Token a", "If-None-Match", "\"mine\"");
            assertThat(same.statusCode()).isEqualTo(304);
            assertThat(same.headers().firstValue("Cache-Status").orElseThrow()).contains("fwd-status=304");
            assertThat(same.body()).isEmpty();
        }
        HttpResponse<byte[]> other = web.get("/api/auth-same", "Authorization", "Token a", "If-None-Match", "\"old\"");
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(body(other)).isEqualTo("body");
    }

    @Test
    void storesWhatCameWhenThereWasNoRoomAsSoonAsThereIsSome() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        BEHAVIOURS.put("/api/room/holds", (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: 90000\r\n\r\n");
            held.await(30, SECONDS);
            wire.send("x".repeat(90_000));
        });
        BEHAVIOURS.put(
                "/api/room/wants",
                (request, wire) -> respond(wire, "Cache-Control: max-age=600\r\n", "y".repeat(60_000)));
        try (TestWeb small = start("{memory: 128KiB, max-object: 100KiB}")) {
            CompletableFuture<HttpResponse<String>> holding = getLater(small, "/api/room/holds");
            await().atMost(30, SECONDS).until(() -> small.management("/cache").contains("\"incomingBytes\" : 90000"));
            assertThat(small.get("/api/room/wants").headers().firstValue("Cache-Status"))
                    .hasValue("web-1; fwd=uri-miss; fwd-status=200");
            held.countDown();
            assertThat(holding.get(30, SECONDS).body()).hasSize(90_000);
            await().atMost(30, SECONDS).until(() -> small.management("/cache").contains("\"incomingBytes\" : 0"));
            assertThat(small.get("/api/room/wants").headers().firstValue("Cache-Status"))
                    .hasValue("web-1; fwd=uri-miss; fwd-status=200; stored");
        }
    }

    @Test
    void keepsAResponseForEachValueOfWhatItVariesBy() throws Exception {
        origin("/api/vary", "Cache-Control: max-age=600\r\nVary: X-Lang\r\n");
        assertThat(body(web.get("/api/vary", "X-Lang", "de"))).isEqualTo("1");
        assertThat(body(web.get("/api/vary", "X-Lang", "en"))).isEqualTo("2");
        assertThat(body(web.get("/api/vary", "X-Lang", "de"))).isEqualTo("1");
        assertThat(body(web.get("/api/vary"))).isEqualTo("3");
        assertThat(body(web.get("/api/vary", "X-Lang", "en", "X-Other", "1"))).isEqualTo("2");
    }

    @Test
    void asksByTheValidatorAndTakesOverNewFields() throws Exception {
        BEHAVIOURS.put("/api/validated", (request, wire) -> {
            if ("\"v1\"".equals(request.fields().get("if-none-match"))) {
                wire.send(
                        "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=600\r\nX-Own: new\r\n\r\n");
            } else {
                respond(wire, "ETag: \"v1\"\r\nCache-Control: max-age=0\r\nX-Own: old\r\nX-Kept: 1\r\n", "body");
            }
        });
        assertThat(web.get("/api/validated").headers().firstValue("X-Own")).hasValue("old");
        HttpResponse<byte[]> second = web.get("/api/validated");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(body(second)).isEqualTo("body");
        assertThat(second.headers().firstValue("X-Own")).hasValue("new");
        assertThat(second.headers().firstValue("X-Kept")).hasValue("1");
        assertThat(second.headers().firstValue("Cache-Status").orElseThrow()).contains("fwd=stale; fwd-status=304");
        assertThat(web.get("/api/validated")
                        .headers()
                        .firstValue("Cache-Status")
                        .orElseThrow())
                .contains("; hit");
        assertThat(asked("/api/validated")).isEqualTo(2);
    }

    @Test
    void answersConditionsRangesAndHeadFromTheStore() throws Exception {
        BEHAVIOURS.put(
                "/api/parts",
                (request, wire) -> respond(
                        wire,
                        "ETag: \"p\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nCache-Control: max-age=600\r\n",
                        "0123456789"));
        assertThat(body(web.get("/api/parts"))).isEqualTo("0123456789");
        HttpResponse<byte[]> same = web.get("/api/parts", "If-None-Match", "\"x\", W/\"p\"");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("ETag")).hasValue("\"p\"");
        assertThat(same.body()).isEmpty();
        assertThat(web.get("/api/parts", "If-Modified-Since", "Tue, 02 Jan 2024 00:00:00 GMT")
                        .statusCode())
                .isEqualTo(304);
        assertThat(web.get("/api/parts", "If-Modified-Since", "Tue, 02 Jan 2024 00:00:00 GMT", "If-None-Match", "\"x\"")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> part = web.get("/api/parts", "Range", "bytes=-3");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(body(part)).isEqualTo("789");
        assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 7-9/10");
        assertThat(web.get("/api/parts", "Range", "bytes=0-1", "If-Range", "\"old\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(web.get("/api/parts", "Range", "bytes=50-").statusCode()).isEqualTo(416);
        HttpResponse<byte[]> head = web.head("/api/parts");
        assertThat(head.headers().firstValue("Content-Length")).hasValue("10");
        assertThat(head.headers().firstValue("Age")).isPresent();
        assertThat(asked("/api/parts")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE", "M-SEARCH"})
    void forgetsWhatARequestChanged(String method) throws Exception {
        String path = "/api/changed/" + method.toLowerCase(java.util.Locale.ROOT);
        origin(path, "Cache-Control: max-age=600\r\n");
        origin(path + "/other", "Cache-Control: max-age=600\r\n");
        assertThat(body(web.get(path))).isEqualTo("1");
        assertThat(body(web.get(path + "/other"))).isEqualTo("1");
        FixtureServer.Behaviour reads = BEHAVIOURS.get(path);
        BEHAVIOURS.put(path, (request, wire) -> {
            if (request.method().equals("GET")) {
                reads.answer(request, wire);
            } else if (request.fields().containsKey("x-fail")) {
                wire.respond(500, "no");
            } else {
                wire.send("HTTP/1.1 204 No Content\r\nLocation: " + path + "/other\r\n\r\n");
            }
        });
        web.send(web.request(path, "X-Fail", "1").method(method, BodyPublishers.ofString("x")));
        assertThat(body(web.get(path))).isEqualTo("1");
        assertThat(web.send(web.request(path).method(method, BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(204);
        assertThat(body(web.get(path))).isNotEqualTo("1");
        assertThat(body(web.get(path + "/other"))).isEqualTo("2");
    }

    @Test
    void storesNothingThatWasAskedForBeforeAChange() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        BEHAVIOURS.put("/api/race", (request, wire) -> {
            if (request.method().equals("PUT")) {
                wire.respond(200, "changed");
            } else if (asked.getCount() > 0) {
                asked.countDown();
                changed.await(30, SECONDS);
                respond(wire, "Cache-Control: max-age=600\r\n", "before");
            } else {
                respond(wire, "Cache-Control: max-age=600\r\n", "after");
            }
        });
        CompletableFuture<HttpResponse<String>> slow = getLater("/api/race");
        assertThat(asked.await(30, SECONDS)).isTrue();
        web.send(web.request("/api/race").PUT(BodyPublishers.ofString("x")));
        assertThat(body(web.get("/api/race"))).isEqualTo("after");
        changed.countDown();
        assertThat(slow.get(30, SECONDS).body()).isEqualTo("before");
        assertThat(body(web.get("/api/race"))).isEqualTo("after");
    }

    @Test
    void asksOnceForManyWhoWantTheSame() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        BEHAVIOURS.put("/api/crowd", (request, wire) -> {
            answer.await(30, SECONDS);
            respond(wire, "Cache-Control: max-age=600\r\n", "x".repeat(50_000));
        });
        List<CompletableFuture<HttpResponse<String>>> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(getLater("/api/crowd"));
        }
        await().atMost(30, SECONDS).until(() -> web.metric("web_connections") >= 20);
        answer.countDown();
        for (CompletableFuture<HttpResponse<String>> one : crowd) {
            assertThat(one.get(30, SECONDS).body()).hasSize(50_000);
        }
        assertThat(asked("/api/crowd")).isEqualTo(1);
    }

    @Test
    void doesNotMakeTheCrowdWaitForWhatIsNotForIt() throws Exception {
        CountDownLatch all = new CountDownLatch(5);
        BEHAVIOURS.put("/api/private", (request, wire) -> {
            all.countDown();
            // The first is answered at once: by its head the others know that they have to ask for themselves.
            if (asked("/api/private") > 1) {
                all.await(30, SECONDS);
            }
            respond(wire, "Cache-Control: private\r\n", "mine");
        });
        List<CompletableFuture<HttpResponse<String>>> crowd = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            crowd.add(getLater("/api/private"));
        }
        for (CompletableFuture<HttpResponse<String>> one : crowd) {
            assertThat(one.get(30, SECONDS).body()).isEqualTo("mine");
        }
        assertThat(asked("/api/private")).isEqualTo(5);
    }

    @Test
    void servesStaleWhileItAsksInTheBackground() throws Exception {
        origin("/api/swr", "Cache-Control: max-age=0, stale-while-revalidate=600\r\nETag: \"x\"\r\n");
        assertThat(body(web.get("/api/swr"))).isEqualTo("1");
        HttpResponse<byte[]> stale = web.get("/api/swr");
        assertThat(body(stale)).isEqualTo("1");
        assertThat(stale.headers().firstValue("Cache-Status").orElseThrow()).contains("hit; ttl=");
        await().atMost(30, SECONDS).until(() -> asked("/api/swr") >= 2);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(body(web.get("/api/swr"))).isNotEqualTo("1"));
    }

    @Test
    void servesStaleInPlaceOfAnErrorWhereThatIsAllowed() throws Exception {
        for (String directive : List.of("stale-if-error=600", "stale-if-error=600, must-revalidate")) {
            String path = "/api/sie/" + directive.length();
            BEHAVIOURS.put(path, (request, wire) -> {
                if (asked(path) == 1) {
                    respond(wire, "Cache-Control: max-age=0, " + directive + "\r\nETag: \"x\"\r\n", "good");
                } else if (asked(path) == 2) {
                    wire.respond(503, "bad");
                } else {
                    wire.close();
                }
            });
            boolean allowed = !directive.contains("must");
            assertThat(body(web.get(path))).isEqualTo("good");
            assertThat(web.get(path).statusCode()).isEqualTo(allowed ? 200 : 503);
            assertThat(web.get(path).statusCode()).isEqualTo(allowed ? 200 : 502);
        }
    }

    @Test
    void obeysWhatRequestsSay() throws Exception {
        origin("/api/directives", "Cache-Control: max-age=600\r\n");
        assertThat(web.get("/api/directives", "Cache-Control", "only-if-cached").statusCode())
                .isEqualTo(504);
        assertThat(body(web.get("/api/directives"))).isEqualTo("1");
        assertThat(body(web.get("/api/directives", "Cache-Control", "only-if-cached")))
                .isEqualTo("1");
        assertThat(body(web.get("/api/directives", "Cache-Control", "min-fresh=1000")))
                .isEqualTo("2");
        assertThat(body(web.get("/api/directives", "Cache-Control", "no-cache")))
                .isEqualTo("3");
        assertThat(body(web.get("/api/directives", "Pragma", "no-cache"))).isEqualTo("4");
        assertThat(body(web.get("/api/directives"))).isEqualTo("4");
    }

    @Test
    void storesNothingThatIsTooBigOrBroken() throws Exception {
        BEHAVIOURS.put(
                "/api/big", (request, wire) -> respond(wire, "Cache-Control: max-age=600\r\n", "x".repeat(200 << 10)));
        assertThat(web.get("/api/big").body()).hasSize(200 << 10);
        assertThat(web.get("/api/big").body()).hasSize(200 << 10);
        assertThat(asked("/api/big")).isEqualTo(2);

        BEHAVIOURS.put("/api/big-chunked", (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                wire.send("2800\r\n" + "y".repeat(0x2800) + "\r\n");
            }
            wire.send("0\r\n\r\n");
        });
        assertThat(web.get("/api/big-chunked").body()).hasSize(200 << 10);
        assertThat(web.get("/api/big-chunked").body()).hasSize(200 << 10);
        assertThat(asked("/api/big-chunked")).isEqualTo(2);

        BEHAVIOURS.put("/api/broken", (request, wire) -> {
            if (asked("/api/broken") == 1) {
                wire.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: 10\r\n\r\nhalf");
                wire.close();
            } else {
                respond(wire, "Cache-Control: max-age=600\r\n", "whole");
            }
        });
        RawClient.get(web.port(), "/api/broken");
        assertThat(body(web.get("/api/broken"))).isEqualTo("whole");
    }

    @Test
    void isPurgedByTheManagementPort() throws Exception {
        origin("/api/purge/a", "Cache-Control: max-age=600\r\n");
        origin("/api/purge/ab", "Cache-Control: max-age=600\r\n");
        for (String path : List.of("/api/purge/a?x=1", "/api/purge/ab")) {
            assertThat(body(web.get(path))).isEqualTo("1");
        }
        assertThat(purge("?path=/api/purge/a")).contains("\"purged\" : 1");
        assertThat(body(web.get("/api/purge/a?x=1"))).isEqualTo("2");
        assertThat(body(web.get("/api/purge/ab"))).isEqualTo("1");
        assertThat(purge("?prefix=/api/purge/")).contains("\"purged\" : 2");
        assertThat(body(web.get("/api/purge/ab"))).isEqualTo("2");
        assertThat(purge("")).contains("\"status\":400");
        assertThat(web.metric("web_cache_requests_total{result=\"hit\"}")).isGreaterThanOrEqualTo(1);
        assertThat(web.metric("web_cache_hit_ratio")).isBetween(0.0, 1.0);
        assertThat(web.metric("web_cache_bytes")).isPositive();
        assertThat(web.management("/cache")).contains("\"incomingBytes\" : 0");
    }

    private static String purge(String query) throws Exception {
        URI uri = URI.create("http://localhost:" + web.running().managementPort() + "/cache/purge" + query);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString())
                .body();
    }

    /** Answers with these fields, and with its number for a body. */
    private static void origin(String path, String fields) {
        BEHAVIOURS.put(path, (request, wire) -> respond(wire, fields, Integer.toString(asked(path))));
    }

    private static void respond(FixtureServer.Wire wire, String fields, String body) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static int asked(String path) {
        return ASKED.getOrDefault(path, new AtomicInteger()).get();
    }

    private static CompletableFuture<HttpResponse<String>> getLater(String path) {
        return getLater(web, path);
    }

    private static CompletableFuture<HttpResponse<String>> getLater(TestWeb server, String path) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .sendAsync(server.request(path).build(), BodyHandlers.ofString());
    }

    private static String body(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
