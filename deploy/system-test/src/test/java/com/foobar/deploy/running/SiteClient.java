package com.foobar.deploy.running;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An HTTP client of the site that trusts the stack's own certificate authority, and no other. */
public final class SiteClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Site site;
    private final HttpClient http;

    public SiteClient(Site site) {
        this(site, HttpClient.Version.HTTP_2);
    }

    /** @param version that is asked for; a balancer may choose an older one */
    public SiteClient(Site site, HttpClient.Version version) {
        this.site = site;
        this.http = HttpClient.newBuilder()
                .version(version)
                .connectTimeout(TIMEOUT)
                .sslContext(trusting(site))
                .build();
    }

    /** {@code GET} through that balancer; anonymous. */
    public HttpResponse<String> get(String balancer, String path) throws IOException, InterruptedException {
        return send(request(balancer, path, null).GET().build());
    }

    /** {@code GET} with further header fields. */
    public HttpResponse<String> get(String balancer, String path, Map<String, String> fields)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(balancer, path, null).GET();
        fields.forEach(request::header);
        return send(request.build());
    }

    /** A request with a JSON body, or without one; as the user of the token, or anonymous. */
    public HttpResponse<String> send(
            String method, String balancer, String path, @Nullable String token, @Nullable Object body)
            throws IOException, InterruptedException {
        return send(request(method, balancer, path, token, body).build());
    }

    /** The same with further header fields, without waiting for the answer. */
    public CompletableFuture<HttpResponse<String>> sendAsync(
            String method,
            String balancer,
            String path,
            @Nullable String token,
            @Nullable Object body,
            Map<String, String> fields)
            throws IOException {
        HttpRequest.Builder request = request(method, balancer, path, token, body);
        fields.forEach(request::header);
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    /** Registers a user and gives their token. */
    public String register(String balancer, String name) throws IOException, InterruptedException {
        Map<String, Object> user = Map.of("username", name, "email", name + "@example.com", "password", "long enough");
        HttpResponse<String> answer = send("POST", balancer, "/api/users", null, Map.of("user", user));
        return json(answer, 201).at("/user/token").asText();
    }

    /** Publishes an article and gives its slug. */
    public String publish(String balancer, String token, String title) throws IOException, InterruptedException {
        Map<String, Object> article = Map.of("title", title, "description", "of a test", "body", "Words.");
        HttpResponse<String> answer = send("POST", balancer, "/api/articles", token, Map.of("article", article));
        return json(answer, 201).at("/article/slug").asText();
    }

    /** The body as JSON. @throws IllegalStateException when the status is another, with the whole answer */
    public static JsonNode json(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.request().method() + " " + answer.uri() + ": " + answer.statusCode()
                    + " (expected: " + status + ") " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** What the management port of an instance answers. */
    public String management(String instance, String path) throws IOException, InterruptedException {
        URI address = site.management(instance).resolve(path);
        return send(HttpRequest.newBuilder(address).timeout(TIMEOUT).build()).body();
    }

    /** Whether the metrics of an instance have that line: name with labels, a space, the value. */
    public boolean hasMetric(String instance, String line) {
        try {
            return management(instance, "/metrics").lines().anyMatch(line::equals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(
            String method, String balancer, String path, @Nullable String token, @Nullable Object body)
            throws IOException {
        HttpRequest.Builder request = request(balancer, path, token);
        if (body == null) {
            return request.method(method, BodyPublishers.noBody());
        }
        return request.method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .header("Content-Type", "application/json");
    }

    private HttpRequest.Builder request(String balancer, String path, @Nullable String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(site.site(balancer).resolve(path)).timeout(TIMEOUT);
        if (token != null) {
            request.header("Authorization", "Token " + token);
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    private static SSLContext trusting(Site site) {
        try (InputStream pem = Files.newInputStream(site.authority())) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "stack", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return Objects.requireNonNull(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot trust " + site.authority(), e);
        }
    }
}
