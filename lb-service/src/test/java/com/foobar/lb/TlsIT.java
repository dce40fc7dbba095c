package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several certificates, clients' certificates, versions and resumption. */
class TlsIT {
    @TempDir
    static Path directory;

    private static TestAuthority clients;
    private static WebServer web;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        TestAuthority servers = new TestAuthority();
        clients = new TestAuthority();
        web = new WebServer("web-1");
        String several = "certificates: [{%s}, {%s}, {%s}]"
                .formatted(
                        servers.server("localhost", "foobar.com").write(directory, "default"),
                        servers.server("api.foobar.com").write(directory, "api"),
                        servers.server("*.foobar.com").write(directory, "wildcard"));
        String clientCa = "client-ca: '" + clients.write(directory.resolve("clients.pem")) + "'";
        lb = RunningLb.of(directory, """
                frontends:
                  - {name: https, listen: '127.0.0.1:0', tls: {%1$s}}
                  - {name: modern, listen: '127.0.0.1:0', tls: {min-version: 1.3, %1$s}}
                  - {name: optional, listen: '127.0.0.1:0', tls: {client-certificate: optional, %2$s, %1$s}}
                  - {name: required, listen: '127.0.0.1:0', tls: {client-certificate: required, %2$s, %1$s}}
                  - {name: http, listen: '127.0.0.1:0'}
                backends: [%3$s]
                """.formatted(several, clientCa, RunningLb.backend("web", web)));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> lb.service().readiness().isReady());
    }

    @AfterAll
    static void stop() {
        lb.close();
        web.close();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost",
        "api.foobar.com, api.foobar.com",
        "API.FooBar.com, api.foobar.com",
        "www.foobar.com, *.foobar.com",
        "a.b.foobar.com, localhost",
        "foobar.com, localhost",
        "unknown.example, localhost",
        "'', localhost",
    })
    void showsTheCertificateOfTheNameThatIsAskedFor(String name, String subject) throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = connect("https", new TrustAll(), null)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
                parameters.setProtocols(new String[] {version});
                socket.setSSLParameters(parameters);
                socket.startHandshake();

                assertThat(((X509Certificate) socket.getSession().getPeerCertificates()[0])
                                .getSubjectX500Principal()
                                .getName())
                        .as(version)
                        .isEqualTo("CN=" + subject);
            }
        }
    }

    @Test
    void refusesVersionsThatAreTooOld() throws Exception {
        try (SSLSocket socket = connect("modern", new TrustAll(), null)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
        try (SSLSocket socket = connect("modern", new TrustAll(), null)) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumesSessions(String version) throws Exception {
        TrustAll trust = new TrustAll();
        SSLContext context = SSLContext.getInstance(version);
        context.init(clients.client("CN=alice").keyManagers(), new TrustManager[] {trust}, null);
        for (int i = 0; i < 3; i++) {
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", lb.port("optional"))) {
                socket.setEnabledProtocols(new String[] {version});
                // The ticket comes after the handshake, and so with the answer.
                assertThat(fields(ask(socket, ""))).containsEntry("x-ssl-client-dn", "CN=alice");
            }
        }

        assertThat(trust.checked).as("full handshakes").hasValue(1);
    }

    @Test
    void passesOnTheCertificateOfAClient() throws Exception {
        TestAuthority.Signed alice = clients.client("CN=al\u00eece\\, A.,O=Foobar");
        for (String frontend : List.of("optional", "required")) {
            try (SSLSocket socket = connect(frontend, new TrustAll(), alice.keyManagers())) {
                JsonObject fields = new JsonObject(
                        fields(ask(socket, "X-SSL-Client-DN: CN=mallory\r\nClient-Cert: :bWFsbG9yeQ==:\r\n")));

                assertThat(fields.getString("x-ssl-client-dn")).isEqualTo("O=Foobar,CN=al\\c3\\aece\\, A.");
                assertThat(fields.getString("client-cert"))
                        .isEqualTo(":"
                                + Base64.getEncoder()
                                        .encodeToString(alice.certificate().getEncoded()) + ":");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"optional", "https", "http"})
    void takesAwayWhatAClientMadeUp(String frontend) throws Exception {
        List<String> names = List.of("x-ssl-client-dn", "x_ssl_client_dn", "client-cert", "client-cert-chain");
        try (Socket socket = frontend.equals("http")
                ? new Socket(InetAddress.getLoopbackAddress(), lb.port("http"))
                : connect(frontend, new TrustAll(), null)) {
            String response = ask(
                    socket,
                    names.stream().map(name -> name + ": CN=mallory\r\n").collect(Collectors.joining()));

            assertThat(fields(response)).containsKey("host").doesNotContainKeys(names.toArray(String[]::new));
        }
    }

    @Test
    void refusesClientsWithoutTheRequiredCertificate() throws Exception {
        int before = web.requests.get();
        try (SSLSocket socket = connect("required", new TrustAll(), null)) {
            assertThatThrownBy(() -> ask(socket, "")).isInstanceOf(IOException.class);
        }
        for (String frontend : List.of("required", "optional")) {
            try (SSLSocket socket = connect(
                    frontend,
                    new TrustAll(),
                    new TestAuthority().client("CN=alice").keyManagers())) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                assertThatThrownBy(() -> ask(socket, "")).isInstanceOf(IOException.class);
            }
        }
        assertThat(web.requests).hasValue(before);
    }

    @Test
    void tellsWhenEachCertificateExpires() throws Exception {
        String metrics = lb.management("/metrics").body();

        for (String name : List.of("default", "api", "wildcard")) {
            String series = "lb_frontend_certificate_expiry_days{certificate=\"" + directory.resolve(name + ".pem")
                    + "\",proxy=\"https\"} ";
            assertThat(metrics).contains(series);
            String value = metrics.substring(metrics.indexOf(series) + series.length());
            assertThat(Double.parseDouble(value.substring(0, value.indexOf('\n'))))
                    .isBetween(29.0, 30.0);
        }
    }

    private static SSLSocket connect(String frontend, TrustAll trust, KeyManager @Nullable [] keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        // A client of the JDK shows no certificate whose issuer was not asked for, unless it is made to.
        context.init(
                keys == null
                        ? null
                        : Arrays.stream(keys).map(InsistingKeyManager::new).toArray(KeyManager[]::new),
                new TrustManager[] {trust},
                null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", lb.port(frontend));
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String ask(Socket socket, String fields) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (response.isEmpty()) {
            throw new SSLException("closed without an answer");
        }
        return response;
    }

    private static Map<String, Object> fields(String response) {
        return new JsonObject(response.substring(response.indexOf("\r\n\r\n") + 4))
                .getJsonObject("fields")
                .getMap();
    }

    /** Trusts everybody, and counts how often it was asked to: in full handshakes only. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        private final AtomicInteger checked = new AtomicInteger();

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            checked.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            checked.incrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            checked.incrementAndGet();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
