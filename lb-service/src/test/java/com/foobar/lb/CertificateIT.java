package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.StartFailure;
import com.foobar.kit.tls.DevelopmentCa;
import com.foobar.kit.tls.PemFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateIT {
    @TempDir
    Path directory;

    private WebServer web;

    @BeforeEach
    void start() throws Exception {
        web = new WebServer("web-1");
    }

    @AfterEach
    void stop() throws Exception {
        web.close();
    }

    @Test
    void takesARenewedCertificateWithoutDroppingConnections() throws Exception {
        X509Certificate first = certify("localhost");
        try (RunningLb lb = lb()) {
            await().until(() -> lb.service().readiness().isReady());
            try (SSLSocket open = lb.socket()) {
                assertThat(certificate(open)).isEqualTo(first);
                assertThat(ask(open)).startsWith("HTTP/1.1 200 ");

                X509Certificate second = certify("localhost", "127.0.0.1");
                assertThat(second).isNotEqualTo(first);
                await().untilAsserted(() -> {
                    try (SSLSocket socket = lb.socket()) {
                        assertThat(certificate(socket)).isEqualTo(second);
                    }
                });

                assertThat(ask(open)).as("the open connection").startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void keepsTheOldCertificateWhileTheNewOneCannotBeUsed() throws Exception {
        X509Certificate first = certify("localhost");
        try (RunningLb lb = lb()) {
            Files.writeString(directory.resolve("cert.pem"), "half a certifi");
            try (SSLSocket socket = lb.socket()) {
                assertThat(certificate(socket)).isEqualTo(first);
            }
            X509Certificate second = certify("localhost", "127.0.0.1");
            await().untilAsserted(() -> {
                try (SSLSocket socket = lb.socket()) {
                    assertThat(certificate(socket)).isEqualTo(second);
                }
            });
        }
    }

    @Test
    void sendsStrictTransportSecurityWithARealCertificate() throws Exception {
        certify("localhost");
        try (RunningLb lb = lb()) {
            HttpClient client = lb.client();

            assertThat(lb.get(client, "/").headers().firstValue("Strict-Transport-Security"))
                    .hasValue("max-age=31536000");
            web.close();
            await().until(() -> !lb.service().readiness().isReady());
            HttpResponse<String> error = lb.get(client, "/");
            assertThat(error.statusCode()).isEqualTo(503);
            assertThat(error.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
        }
    }

    @Test
    void doesNotStartWithoutAUsableCertificate() throws Exception {
        assertThatThrownBy(this::lb)
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("frontends[0].tls: ")
                .hasMessageContaining(directory.resolve("cert.pem").toString());

        Files.writeString(directory.resolve("cert.pem"), "no certificate");
        Files.writeString(directory.resolve("key.pem"), "no key");
        assertThatThrownBy(this::lb)
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("frontends[0].tls: ")
                .hasMessageNotContaining("no key");
    }

    @Test
    void trustsTheClientsOfARenewedAuthority() throws Exception {
        certify("localhost");
        TestAuthority before = new TestAuthority();
        TestAuthority after = new TestAuthority();
        Path authorities = before.write(directory.resolve("clients.pem"));
        String tls =
                "tls: {certificate: '%s', key: '%s', reload-interval: 1s, client-certificate: required, client-ca: '%s'}"
                        .formatted(directory.resolve("cert.pem"), directory.resolve("key.pem"), authorities);
        try (RunningLb lb = RunningLb.before(directory, tls, "", web)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> lb.service().readiness().isReady());
            try (SSLSocket open = socket(lb, before.client("CN=alice"))) {
                assertThat(ask(open)).startsWith("HTTP/1.1 200 ");
                assertThatThrownBy(() -> askOnce(lb, after.client("CN=bob"))).isInstanceOf(IOException.class);

                Files.writeString(authorities, "half a certifi");
                assertThat(askOnce(lb, before.client("CN=alice"))).startsWith("HTTP/1.1 200 ");
                after.write(authorities);
                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .untilAsserted(() ->
                                assertThat(askOnce(lb, after.client("CN=bob"))).startsWith("HTTP/1.1 200 "));

                assertThatThrownBy(() -> askOnce(lb, before.client("CN=alice"))).isInstanceOf(IOException.class);
                assertThat(ask(open)).as("the open connection").startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private String askOnce(RunningLb lb, TestAuthority.Signed client) throws Exception {
        try (SSLSocket socket = socket(lb, client)) {
            return ask(socket);
        }
    }

    private SSLSocket socket(RunningLb lb, TestAuthority.Signed client) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "server", PemFiles.readChain(directory.resolve("cert.pem")).get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                Arrays.stream(client.keyManagers())
                        .map(InsistingKeyManager::new)
                        .toArray(KeyManager[]::new),
                trust.getTrustManagers(),
                null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", lb.httpsPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private RunningLb lb() throws Exception {
        String tls = "tls: {certificate: '%s', key: '%s', reload-interval: 1s}"
                .formatted(directory.resolve("cert.pem"), directory.resolve("key.pem"));
        return RunningLb.before(directory, tls, "", web);
    }

    /** Puts a certificate for these names where the balancer reads it. */
    private X509Certificate certify(String... names) throws IOException {
        Files.deleteIfExists(directory.resolve("server.pem"));
        X509Certificate leaf =
                new DevelopmentCa(directory).identity(List.of(names)).leaf();
        Files.copy(
                directory.resolve("server-key.pem"), directory.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(directory.resolve("server.pem"), directory.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
        return leaf;
    }

    private static Certificate certificate(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return socket.getSession().getPeerCertificates()[0];
    }

    private static String ask(SSLSocket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }
}
