package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectIT {
    @TempDir
    static Path directory;

    private static WebServer web;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, "", web);
    }

    @AfterAll
    static void stop() throws Exception {
        lb.close();
        web.close();
    }

    @Test
    void redirectsToTheSameAddressByHttpsWhateverTheMethod() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(lb.http("/a/b?c=%2F&d"))
                                .POST(BodyPublishers.ofString("body"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(308);
        assertThat(response.headers().firstValue("Location"))
                .hasValue("https://localhost:" + lb.httpsPort() + "/a/b?c=%2F&d");
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(response.headers().firstValue("Strict-Transport-Security")).isEmpty();
        assertThat(web.requests).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "www.foobar.com, www.foobar.com",
        "www.foobar.com:8080, www.foobar.com",
        "192.0.2.1:8080, 192.0.2.1",
        "[2001:db8::1]:8080, [2001:db8::1]",
    })
    void keepsTheHost(String authority, String host) throws Exception {
        String response = ask("GET /x HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n");

        assertThat(response)
                .startsWith("HTTP/1.1 308 ")
                .containsIgnoringCase("location: https://" + host + ":" + lb.httpsPort() + "/x\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example/path",
        "user@evil.example",
        "evil.example:99999999",
        "evil.example\\@localhost",
        "[::1",
        "\"<script>\"",
        "''",
    })
    void redirectsNothingForAMalformedHost(String authority) throws Exception {
        String response = ask("GET /x HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 400 ").doesNotContainIgnoringCase("location:");
    }

    @Test
    void redirectsNothingWithoutHost() throws Exception {
        assertThat(ask("GET /x HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ")
                .doesNotContainIgnoringCase("location:");
    }

    @Test
    void redirectsNoAsterisk() throws Exception {
        assertThat(ask("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    private static String ask(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.httpPort())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
