package com.foobar.deploy.load.site;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.deploy.load.settings.LoadSettings;
import com.foobar.deploy.load.settings.Setting;
import com.foobar.deploy.load.settings.SettingsReader;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A site with a certificate for localhost that nobody knows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SiteAccessIT {
    private static final String PASSWORD = "secret of the test";
    private static final List<String> TRUST =
            List.of("javax.net.ssl.trustStore", "javax.net.ssl.trustStoreType", "javax.net.ssl.trustStorePassword");

    private HttpsServer server;
    private Path certificate;
    private volatile int status = 200;
    private volatile String answer = "{\"tags\":[]}";

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path keys = directory.resolve("keys.p12");
        certificate = directory.resolve("certificate.pem");
        keytool(
                keys,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost");
        keytool(keys, "-exportcert", "-alias", "a", "-rfc", "-file", certificate.toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    void stop() {
        server.stop(0);
    }

    @AfterEach
    void forget() {
        TRUST.forEach(System::clearProperty);
        status = 200;
        answer = "{\"tags\":[]}";
    }

    @Test
    void trustsNobodyElseThanTheJvmDoes() {
        assertThatThrownBy(() -> check("localhost", Map.of()))
                .isInstanceOf(SiteUnusable.class)
                .hasMessageContainingAll("its certificate is not accepted", "(ca)", "insecure=true");
    }

    @Test
    void trustsTheAuthorityThatItIsGiven() {
        assertThatCode(() -> check("localhost", Map.of(Setting.CA, certificate.toString())))
                .doesNotThrowAnyException();
    }

    @Test
    void wantsTheCertificateToNameTheHost() {
        assertThatThrownBy(() -> check("127.0.0.1", Map.of(Setting.CA, certificate.toString())))
                .isInstanceOf(SiteUnusable.class)
                .hasMessageContaining("its certificate is not accepted");
    }

    @Test
    void trustsAnybodyOnRequest() {
        assertThatCode(() -> check("127.0.0.1", Map.of(Setting.INSECURE, "true")))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAFileWithoutCertificates(@TempDir Path directory) throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        assertThatThrownBy(() -> check("localhost", Map.of(Setting.CA, empty.toString())))
                .isInstanceOf(SiteUnusable.class)
                .hasMessageContaining(empty.toString());
    }

    @Test
    void refusesASiteThatAnswersAnError() {
        status = 503;

        assertThatThrownBy(() -> check("localhost", Map.of(Setting.CA, certificate.toString())))
                .isInstanceOf(SiteUnusable.class)
                .hasMessageContaining("/api/tags answers 503");
    }

    @Test
    void refusesASiteThatIsAnother() {
        answer = "<html>";

        assertThatThrownBy(() -> check("localhost", Map.of(Setting.CA, certificate.toString())))
                .isInstanceOf(SiteUnusable.class)
                .hasMessageContaining("not what this site's API answers");
    }

    private void check(String host, Map<Setting, String> values) {
        String site = "https://" + host + ":" + server.getAddress().getPort();
        LoadSettings settings =
                SettingsReader.read(setting -> setting == Setting.BASE_URL ? site : values.get(setting), Path.of("/"));
        SiteAccess.of(settings).check();
    }

    private static void keytool(Path keys, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-keystore", keys.toString()));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(command + " has failed");
        }
    }
}
