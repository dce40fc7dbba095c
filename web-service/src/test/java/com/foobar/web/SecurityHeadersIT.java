package com.foobar.web;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.FixtureServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of answer, and what it tells a browser for the safety of who reads it. */
class SecurityHeadersIT {
    private static final Map<String, String> SITE = Map.of(
            "content-security-policy",
            "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff",
            "referrer-policy",
            "strict-origin-when-cross-origin",
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "cross-origin-opener-policy",
            "same-origin",
            "cross-origin-resource-policy",
            "same-origin");
    private static final Map<String, String> DATA = Map.of(
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff",
            "referrer-policy",
            "no-referrer",
            "cross-origin-resource-policy",
            "same-origin");
    private static final Map<String, String> BARE = Map.of(
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff");

    @TempDir
    private static Path site;

    private static FixtureServer app;
    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>index</title>");
        Files.writeString(site.resolve("404.html"), "<!doctype html><title>404</title>");
        Files.writeString(site.resolve("50x.html"), "<!doctype html><title>50x</title>");
        Files.writeString(site.resolve("app.js"), "export const x = 1;".repeat(100));
        Files.write(site.resolve("big.bin"), new byte[300_000]);
        app = FixtureServer.start("app").answer((request, wire) -> {
            String fields = "Content-Type: application/json\r\n";
            if (request.target().startsWith("/api/stored")) {
                fields += "Cache-Control: max-age=600\r\nETag: \"x\"\r\n";
            } else if (request.target().startsWith("/api/own")) {
                fields += "content-security-policy: default-src 'self'\r\n";
            } else if (request.target().startsWith("/api/broken")) {
                wire.send("nonsense\r\n\r\n");
                wire.close();
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 10\r\n\r\n0123456789");
        });
        web = TestWeb.start("""
                content: {directory: '%s'}
                gateway:
                  servers: [{name: app-1, address: 'localhost:%d'}]
                  check: {on-error: fastinter, fall: 100}
                  attempts: 1
                limits: {head: 4KiB}
                log: {access: false}
                """.formatted(site, app.port()));
        await().atMost(60, SECONDS).until(() -> web.running().service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
    }

    @AfterAll
    static void stop() throws IOException {
        web.close();
        app.close();
    }

    @ParameterizedTest(name = "{0}: {2} {3} {4}")
    @CsvSource(delimiter = '|', textBlock = """
            page                     | 200 | GET  | /               | Accept: text/html       | SITE
            page, HEAD               | 200 | HEAD | /               |                         | SITE
            address of the script's  | 200 | GET  | /login          | Accept: text/html       | SITE
            asset                    | 200 | GET  | /app.js         |                         | SITE
            asset, coded             | 200 | GET  | /app.js         | Accept-Encoding: gzip   | SITE
            asset from disk          | 200 | GET  | /big.bin        |                         | SITE
            asset, unchanged         | 304 | GET  | /app.js         | If-None-Match: *        | SITE
            asset from disk, the same| 304 | GET  | /big.bin        | If-None-Match: *        | SITE
            part                     | 206 | GET  | /app.js         | Range: bytes=0-9        | SITE
            part from disk           | 206 | GET  | /big.bin        | Range: bytes=0-9        | SITE
            parts                    | 206 | GET  | /app.js         | Range: bytes=0-0,9-9    | SITE
            no such part             | 416 | GET  | /app.js         | Range: bytes=99999-     | SITE
            another version          | 412 | GET  | /app.js         | If-Match: "y"           | SITE
            missing, for people      | 404 | GET  | /x.js           | Accept: text/html       | SITE
            missing                  | 404 | GET  | /x.js           | Accept: application/json| SITE
            hidden                   | 404 | GET  | /.git/config    | Accept: application/json| SITE
            wrong method             | 405 | POST | /app.js         | Content-Length: 0       | SITE
            path refused             | 400 | GET  | /%2e%2e/x       |                         | SITE
            API                      | 200 | GET  | /api/x          |                         | DATA
            API, HEAD                | 200 | HEAD | /api/x          |                         | DATA
            API, change              | 200 | POST | /api/x          | Content-Length: 0       | DATA
            API, first               | 200 | GET  | /api/stored     |                         | DATA
            API, from the store      | 200 | GET  | /api/stored     |                         | DATA
            API, unchanged           | 304 | GET  | /api/stored     | If-None-Match: "x"      | DATA
            API, part                | 206 | GET  | /api/stored     | Range: bytes=0-0        | DATA
            API, no such part        | 416 | GET  | /api/stored     | Range: bytes=99-        | DATA
            API, only what is stored | 504 | GET  | /api/y          | Cache-Control: only-if-cached | DATA
            API, path refused        | 400 | GET  | /api/../x       |                         | DATA
            API fails                | 502 | GET  | /api/broken     | Accept: application/json| DATA
            API fails, for people    | 502 | GET  | /api/broken     | Accept: text/html       | SITE
            health                   | 200 | GET  | /health/ready   |                         | DATA
            health, wrong method     | 405 | POST | /health/ready   | Content-Length: 0       | DATA
            TRACE                    | 405 | TRACE| /               |                         | BARE
            two hosts                | 400 | GET  | /               | Host: x                 | BARE
            """)
    void tellsBrowsers(String what, int status, String method, String target, String field, String expected)
            throws Exception {
        Map<String, String> told = ask(status, method, target, field);
        switch (expected) {
            case "SITE" -> assertThat(told).isEqualTo(SITE);
            case "DATA" -> assertThat(told).isEqualTo(DATA);
            default -> assertThat(told).isEqualTo(BARE);
        }
    }

    @Test
    void leavesToAppServersWhatTheySayThemselves() throws Exception {
        assertThat(ask(200, "GET", "/api/own", null))
                .containsEntry("content-security-policy", "default-src 'self'")
                .containsEntry("x-content-type-options", "nosniff");
    }

    @Test
    void tellsBrowsersWhenTheHeadIsTooLong() throws Exception {
        assertThat(ask(431, "GET", "/", "X-Long: " + "x".repeat(8000))).isEqualTo(BARE);
    }

    /** What the answer says of it, each field once. */
    private static Map<String, String> ask(int status, String method, String target, String field) throws IOException {
        String answer = RawClient.send(
                web.port(),
                method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + (field == null ? "" : field + "\r\n") + "\r\n");
        assertThat(RawClient.status(answer)).isEqualTo(status);
        Map<String, String> told = new TreeMap<>();
        answer.substring(0, answer.indexOf("\r\n\r\n"))
                .lines()
                .skip(1)
                .map(line -> line.split(": *", 2))
                .forEach(parts -> {
                    String name = parts[0].toLowerCase(Locale.ROOT);
                    // Ends TLS, and says so: the load balancer.
                    assertThat(name).isNotEqualTo("strict-transport-security");
                    if (SITE.containsKey(name)) {
                        assertThat(told.put(name, parts[1])).as(name + " twice").isNull();
                    }
                });
        return told;
    }
}
