package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guard's own table of malformed requests is http-kit's; this shows that it stands behind TLS, before the servers. */
class FramingGuardIT {
    @TempDir
    static Path directory;

    private static WebServer web;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, "", web);
        await().until(() -> lb.service().readiness().isReady());
    }

    @AfterAll
    static void stop() throws Exception {
        lb.close();
        web.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
            })
    void refusesAndClosesWithoutAskingAServer(String request) throws Exception {
        int before = web.requests.get();
        try (SSLSocket socket = lb.socket()) {
            OutputStream out = socket.getOutputStream();
            // The second request would be smuggled, were the first one let through.
            out.write((request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(response).startsWith("HTTP/1.").contains(" 400 ").containsIgnoringCase("connection: close");
            assertThat(response.split("HTTP/1\\.[01] ", -1)).as("one response").hasSize(2);
        }
        assertThat(web.requests).hasValue(before);
    }
}
