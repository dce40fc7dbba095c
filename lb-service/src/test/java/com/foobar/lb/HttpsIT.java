package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.observability.TraceContext;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsIT {
    @TempDir
    static Path directory;

    private static WebServer web;
    private static RunningLb lb;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, "", web);
        client = lb.client();
        await().until(() -> lb.service().readiness().isReady());
    }

    @AfterAll
    static void stop() throws Exception {
        lb.close();
        web.close();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void forwardsOverBothVersionsOfHttp(Version version) throws Exception {
        HttpResponse<String> response = client.send(
                lb.request("/a/b?c=d%20e")
                        .version(version)
                        .POST(BodyPublishers.ofString("x".repeat(100_000)))
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(version);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Server")).hasValue("web-1");
        JsonObject seen = new JsonObject(response.body());
        assertThat(seen.getString("method")).isEqualTo("POST");
        assertThat(seen.getString("target")).isEqualTo("/a/b?c=d%20e");
        assertThat(seen.getString("body")).hasSize(100_000);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void tellsTheServerWhoAskedWhatAndDropsWhatTheClientClaims(Version version) throws Exception {
        HttpResponse<String> response = client.send(
                lb.request("/")
                        .version(version)
                        .header("X-Forwarded-For", "6.6.6.6")
                        .header("X-Forwarded-Proto", "http")
                        .header("X-Forwarded-Host", "evil.example")
                        .header("X-Real-IP", "6.6.6.6")
                        .header("Forwarded", "for=6.6.6.6")
                        .build(),
                BodyHandlers.ofString());

        JsonObject fields = new JsonObject(response.body()).getJsonObject("fields");
        assertThat(fields.getString("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(fields.getString("x-forwarded-proto")).isEqualTo("https");
        assertThat(fields.getString("x-forwarded-host")).isEqualTo("localhost:" + lb.httpsPort());
        assertThat(fields.getString("forwarded")).contains("for=127.0.0.1").contains("proto=https");
        assertThat(fields.getString("host")).isEqualTo("localhost:" + lb.httpsPort());
        assertThat(response.body()).doesNotContain("6.6.6.6").doesNotContain("evil");
    }

    @Test
    void makesRequestIdAndTraceWhereTheyAreMissing() throws Exception {
        HttpResponse<String> response = lb.get(client, "/");

        JsonObject fields = new JsonObject(response.body()).getJsonObject("fields");
        assertThat(fields.getString("x-request-id")).matches("[A-Za-z0-9._-]{8,64}");
        assertThat(response.headers().allValues("X-Request-Id")).containsExactly(fields.getString("x-request-id"));
        assertThat(TraceContext.parse(fields.getString("traceparent"))).isNotNull();
    }

    @Test
    void continuesTheClientsRequestIdAndTrace() throws Exception {
        HttpResponse<String> response = client.send(
                lb.request("/")
                        .header("X-Request-Id", "order-4711")
                        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                        .header("tracestate", "vendor=1")
                        .build(),
                BodyHandlers.ofString());

        JsonObject fields = new JsonObject(response.body()).getJsonObject("fields");
        assertThat(fields.getString("x-request-id")).isEqualTo("order-4711");
        assertThat(response.headers().firstValue("X-Request-Id")).hasValue("order-4711");
        assertThat(fields.getString("traceparent"))
                .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                .endsWith("-01")
                .doesNotContain("b7ad6b7169203331");
        assertThat(fields.getString("tracestate")).isEqualTo("vendor=1");
    }

    @Test
    void replacesWhatCannotBeARequestIdOrTrace() throws Exception {
        HttpResponse<String> response = client.send(
                lb.request("/")
                        .header("X-Request-Id", "a b")
                        .header("traceparent", "00-bad")
                        .header("tracestate", "vendor=1")
                        .build(),
                BodyHandlers.ofString());

        JsonObject fields = new JsonObject(response.body()).getJsonObject("fields");
        assertThat(fields.getString("x-request-id")).isNotEqualTo("a b").matches("[A-Za-z0-9._-]{8,64}");
        assertThat(TraceContext.parse(fields.getString("traceparent"))).isNotNull();
        assertThat(fields.containsKey("tracestate")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksModernTls(String protocol) throws Exception {
        try (SSLSocket socket = lb.socket()) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void refusesOldTls() throws Exception {
        // A ClientHello of TLS 1.1 without extensions (RFC 4346 §7.4.1.2); clients of the JDK would refuse to send it.
        byte[] hello = HexFormat.of().parseHex("160301002d" + "01000029" + "0302" + "5a".repeat(32) + "000002c0130100");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.httpsPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(hello);

            // An alert, fatal, protocol_version.
            assertThat(socket.getInputStream().readAllBytes())
                    .startsWith(21)
                    .endsWith(0, 2, 2, 70)
                    .hasSize(7);
        }
    }

    @Test
    void sendsNoStrictTransportSecurityWithADevelopmentCertificate() throws Exception {
        assertThat(lb.get(client, "/").headers().firstValue("Strict-Transport-Security"))
                .isEmpty();
    }
}
