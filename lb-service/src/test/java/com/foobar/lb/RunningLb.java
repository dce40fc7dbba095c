package com.foobar.lb;

import com.foobar.kit.RunningService;
import com.foobar.kit.ServiceRunner;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.tls.DevelopmentCa;
import com.foobar.lb.config.LbSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A load balancer on free ports with a development certificate, and a client that trusts it. */
final class RunningLb implements AutoCloseable {
    private final Path authority;
    private final RunningService running;

    /** @param yaml further settings, or none */
    static RunningLb before(Path directory, String yaml, WebServer... servers) throws Exception {
        return before(directory, "tls: {development-directory: '" + directory + "'}", yaml, servers);
    }

    /** @param tls the certificate, as settings of a frontend */
    static RunningLb before(Path directory, String tls, String yaml, WebServer... servers) throws Exception {
        String base = """
                frontends:
                  - {name: https, listen: '127.0.0.1:0', %s}
                  - {name: http, listen: '127.0.0.1:0', redirect-to: https}
                backends:
                  - %s
                management: {listen: '127.0.0.1:0'}
                """.formatted(tls, backend("web", servers));
        return new RunningLb(directory, SettingsReader.read(LbSettings.class, base + yaml, Map.of()));
    }

    /**
     * With settings of its own; frontends and backends among them.
     *
     * @param directory of the development certificate authority, which the settings name as well where they use it
     */
    static RunningLb of(Path directory, String yaml) throws Exception {
        String base = "management: {listen: '127.0.0.1:0'}\n";
        return new RunningLb(directory, SettingsReader.read(LbSettings.class, base + yaml, Map.of()));
    }

    /** Settings of a backend: an element of {@code backends}. */
    static String backend(String name, WebServer... servers) {
        return "{name: %s, balance: roundrobin, servers: [%s], check: {inter: 50ms, fastinter: 20ms, downinter: 50ms, timeout: 5s}}"
                .formatted(name, addresses(servers));
    }

    private static String addresses(WebServer... servers) {
        return List.of(servers).stream()
                .map(server -> "{name: " + server.name() + ", address: '127.0.0.1:" + server.port() + "'}")
                .collect(Collectors.joining(", "));
    }

    private RunningLb(Path directory, LbSettings settings) throws Exception {
        this.authority = directory.resolve(DevelopmentCa.CA_CERTIFICATE);
        this.running = ServiceRunner.start(LbMain.DEFINITION, settings).await(60, TimeUnit.SECONDS);
    }

    RunningService running() {
        return running;
    }

    LbService service() {
        return (LbService) running.service();
    }

    int port(String frontend) {
        return service().frontend(frontend).port();
    }

    int httpsPort() {
        return port("https");
    }

    int httpPort() {
        return port("http");
    }

    URI https(String target) {
        return URI.create("https://localhost:" + httpsPort() + target);
    }

    URI http(String target) {
        return URI.create("http://localhost:" + httpPort() + target);
    }

    /** A client with connections of its own. */
    HttpClient client() {
        return HttpClient.newBuilder()
                .sslContext(sslContext())
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    HttpResponse<String> get(HttpClient client, String target) throws IOException, InterruptedException {
        return client.send(request(target).build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(https(target)).timeout(Duration.ofSeconds(30));
    }

    /** A TLS connection without HTTP, for what no HTTP client would send. */
    SSLSocket socket() throws IOException {
        SSLSocket socket = (SSLSocket) sslContext().getSocketFactory().createSocket("127.0.0.1", httpsPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** A page of the management port. */
    HttpResponse<String> management(String path) throws IOException, InterruptedException {
        return management(path, "*/*");
    }

    HttpResponse<String> management(String path, String accept) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + running.managementPort() + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("Accept", accept).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    SSLContext sslContext() {
        return trusting(authority);
    }

    static SSLContext trusting(Path authority) {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot trust " + authority, e);
        }
    }

    @Override
    public void close() {
        running.stop()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
