package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.StartFailure;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorPagesIT {
    @TempDir
    Path directory;

    private WebServer site;
    private WebServer api;

    @BeforeEach
    void start() throws Exception {
        site = new WebServer("site-1");
        api = new WebServer("api-1");
    }

    @AfterEach
    void stop() {
        site.close();
        api.close();
    }

    @Test
    void answersWithThePagesOfTheBackendOrElseOfTheFrontend() throws Exception {
        try (RunningLb lb = lb(page("sorry.html", "<p>sorry</p>"), page("sorry.json", "{}"))) {
            assertThat(get(lb, "/hang-up").body()).isEqualTo("<p>sorry</p>");
            HttpResponse<String> broken = get(lb, "/api/hang-up-not");
            assertThat(broken.statusCode()).isEqualTo(200);

            api.close();
            site.close();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !lb.service().readiness().isReady());
            HttpResponse<String> ofFrontend = get(lb, "/");
            HttpResponse<String> ofBackend = get(lb, "/api");

            assertThat(ofFrontend.statusCode()).isEqualTo(503);
            assertThat(ofFrontend.body()).isEqualTo("<p>sorry</p>");
            assertThat(ofFrontend.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
            assertThat(ofFrontend.headers().firstValue("Retry-After")).isPresent();
            assertThat(ofFrontend.headers().firstValue("X-Request-Id")).isPresent();
            assertThat(ofBackend.statusCode()).isEqualTo(503);
            assertThat(ofBackend.body()).isEqualTo("{}");
            assertThat(ofBackend.headers().firstValue("Content-Type")).hasValue("application/json");
        }
    }

    @Test
    void answersWithThePagesWhatCouldNotBeReadOrWasRefused() throws Exception {
        Path page = page("sorry.html", "<p>sorry</p>");
        try (RunningLb lb = RunningLb.of(directory, """
                frontends:
                  - {name: http, listen: '127.0.0.1:0', error-pages: {400: '%1$s', 408: '%1$s', 431: '%1$s'}}
                  - {name: closed, listen: '127.0.0.1:0', error-pages: {403: '%1$s'}, guard: {deny: [127.0.0.1]}}
                backends: [%2$s]
                timeouts: {http-request: 1s}
                """.formatted(page, RunningLb.backend("site", site)))) {
            assertThat(raw(lb, "http", "no request\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\r\nContent-Type: text/html; charset=utf-8\r\n")
                    .endsWith("\r\n\r\n<p>sorry</p>");
            assertThat(raw(lb, "http", "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 431 ")
                    .endsWith("\r\n\r\n<p>sorry</p>");
            assertThat(raw(lb, "http", "GET / HT")).startsWith("HTTP/1.1 408 ").endsWith("\r\n\r\n<p>sorry</p>");
            assertThat(raw(lb, "http", "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 405 ")
                    .doesNotContain("sorry");
            assertThat(raw(lb, "closed", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .endsWith("\r\n\r\n<p>sorry</p>");
        }
    }

    /** What comes until the connection is closed. */
    private static String raw(RunningLb lb, String frontend, String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.port(frontend))) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void answersWithTheMaintenancePageAsLongAsItIsThere() throws Exception {
        Path frontend = directory.resolve("frontend.html");
        Path backend = directory.resolve("backend.txt");
        try (RunningLb lb = RunningLb.of(
                directory, """
                frontends:
                  - name: http
                    listen: '127.0.0.1:0'
                    maintenance-page: '%s'
                    routes: [{path: /api, backend: api}]
                    backend: site
                backends:
                  - %s
                  - {name: api, maintenance-page: '%s', check: {inter: 50ms, timeout: 10s}, servers: [{name: api-1, address: '127.0.0.1:%d'}]}
                """.formatted(frontend, RunningLb.backend("site", site), backend, api.port()))) {
            awaitStatus(lb, "/", 200);
            awaitStatus(lb, "/api", 200);

            Files.writeString(backend, "the API is being worked on");
            awaitStatus(lb, "/api", 503);
            HttpResponse<String> response = get(lb, "/api");
            assertThat(response.body()).isEqualTo("the API is being worked on");
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
            assertThat(get(lb, "/").statusCode()).isEqualTo(200);

            Files.writeString(frontend, "<p>all of it</p>");
            awaitStatus(lb, "/", 503);
            assertThat(get(lb, "/api").body()).isEqualTo("<p>all of it</p>");

            Files.delete(backend);
            Files.delete(frontend);
            awaitStatus(lb, "/", 200);
            awaitStatus(lb, "/api", 200);
        }
    }

    @Test
    void doesNotStartWithAPageThatIsNotThere() {
        Path missing = directory.resolve("missing.html");

        assertThatThrownBy(() -> lb(missing, missing))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("backends[1].error-pages: ")
                .hasMessageContaining(missing.toString());
    }

    /** @param ofApi for 503 */
    private RunningLb lb(Path ofFrontend, Path ofApi) throws Exception {
        RunningLb lb =
                RunningLb.of(directory, """
                frontends:
                  - name: http
                    listen: '127.0.0.1:0'
                    error-pages: {502: '%1$s', 503: '%1$s'}
                    routes: [{path: /api, backend: api}]
                    backend: site
                backends:
                  - %2$s
                  - name: api
                    error-pages: {503: '%3$s'}
                    check: {inter: 50ms, fastinter: 20ms, timeout: 10s}
                    servers: [{name: api-1, address: '127.0.0.1:%4$d'}]
                retry: {retries: 0}
                """.formatted(ofFrontend, RunningLb.backend("site", site), ofApi, api.port()));
        awaitStatus(lb, "/", 200);
        awaitStatus(lb, "/api", 200);
        return lb;
    }

    private Path page(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text);
    }

    private static void awaitStatus(RunningLb lb, String target, int status) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(get(lb, target).statusCode()).isEqualTo(status));
    }

    private static HttpResponse<String> get(RunningLb lb, String target) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + lb.port("http") + target);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        BodyHandlers.ofString());
    }
}
