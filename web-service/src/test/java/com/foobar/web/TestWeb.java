package com.foobar.web;

import static org.awaitility.Awaitility.await;

import com.foobar.kit.RunningService;
import com.foobar.kit.ServiceRunner;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.web.config.WebSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** A web-service inside this JVM on free ports, and a client of it. */
final class TestWeb implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RunningService running;

    private TestWeb(RunningService running) {
        this.running = running;
    }

    /**
     * Returns when the service is ready.
     *
     * @param yaml settings beside the ports
     */
    static TestWeb start(String yaml) {
        String ports = "listen: 'localhost:0'\nmanagement: {listen: 'localhost:0'}\n";
        WebSettings settings = SettingsReader.read(WebSettings.class, ports + yaml, Map.of());
        TestWeb web =
                new TestWeb(ServiceRunner.start(WebMain.DEFINITION, settings).await());
        await().until(() -> web.running.service().readiness().isReady());
        return web;
    }

    int port() {
        return ((WebService) running.service()).port();
    }

    RunningService running() {
        return running;
    }

    HttpResponse<byte[]> get(String path, String... fields) throws IOException, InterruptedException {
        return send(request(path, fields).GET());
    }

    HttpResponse<byte[]> head(String path, String... fields) throws IOException, InterruptedException {
        return send(request(path, fields).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** @param fields name, value, name, value … */
    HttpRequest.Builder request(String path, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(Duration.ofSeconds(20));
        return fields.length == 0 ? request : request.headers(fields);
    }

    String management(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + running.managementPort() + path);
        return http.send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofSeconds(20))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** The sample of that name and labels, as the text format writes it. */
    double metric(String sample) throws IOException, InterruptedException {
        return management("/metrics")
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no sample " + sample));
    }

    @Override
    public void close() {
        running.stop().await();
    }
}
