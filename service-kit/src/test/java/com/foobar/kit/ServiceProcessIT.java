package com.foobar.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.settings.SettingsReader;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class ServiceProcessIT {
    // By HTTP/2 the JDK's client gives up its requests in flight when it is asked to go.
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void answersOnTheManagementPort() throws Exception {
        RunningService running = start("");
        try {
            int port = running.managementPort();
            assertThat(get(port, "/health/live").body()).isEqualTo("alive\n");
            assertThat(get(port, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(port, "/echo").body()).isEqualTo("echo");
            assertThat(get(port, "/nowhere").statusCode()).isEqualTo(404);
            assertThat(get(port, "/").body()).contains("/metrics", "/health/ready", "/info", "/echo");
            JsonObject info = new JsonObject(get(port, "/info").body());
            assertThat(info.getString("name")).isEqualTo("echo-service");
            assertThat(info.getString("instance")).isEqualTo("echo-1");
            assertThat(info.getBoolean("ready")).isTrue();
            assertThat(info.getJsonArray("neighbours").getJsonObject(0).getString("state"))
                    .isEqualTo("UP");
        } finally {
            running.stop().await();
        }
    }

    @Test
    void refusesOtherMethods() throws Exception {
        RunningService running = start("");
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(uri(running.managementPort(), "/info"))
                            .DELETE()
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).hasValue("GET");
        } finally {
            running.stop().await();
        }
    }

    @Test
    void givesMetricsInTheFormThatIsAskedForAndCompressed() throws Exception {
        RunningService running = start("");
        try {
            HttpResponse<String> text = get(running.managementPort(), "/metrics");
            assertThat(text.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
            assertThat(text.body())
                    .contains("service_info{instance_name=\"echo-1\"", "service_ready 1.0", "jvm_memory_used_bytes{");

            HttpResponse<byte[]> open = http.send(
                    HttpRequest.newBuilder(uri(running.managementPort(), "/metrics"))
                            .header("Accept", "application/openmetrics-text; version=1.0.0")
                            .header("Accept-Encoding", "gzip")
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(open.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/openmetrics-text");
            assertThat(open.headers().firstValue("Content-Encoding")).hasValue("gzip");
            assertThat(new GZIPInputStream(new ByteArrayInputStream(open.body())).readAllBytes())
                    .asString()
                    .endsWith("# EOF\n");
        } finally {
            running.stop().await();
        }
    }

    @Test
    void letsWorkInFlightEndWhenItStops() throws Exception {
        RunningService running = start("");
        EchoService service = (EchoService) running.service();
        var answer = http.sendAsync(
                HttpRequest.newBuilder(uri(service.port(), "/slow")).build(), BodyHandlers.ofString());
        await().until(() -> service.inFlight() == 1);

        running.stop().await();

        assertThat(answer.get().body()).isEqualTo("answer");
    }

    @Test
    void namesTheTakenPortAndItsHolder() throws Exception {
        RunningService first = start("");
        int taken = first.managementPort();
        try {
            assertThatThrownBy(() -> start("management: {listen: 'localhost:" + taken + "'}"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageStartingWith(
                            "management.listen: cannot listen on localhost:" + taken + ": the port is taken by process "
                                    + ProcessHandle.current().pid() + " (java");
        } finally {
            first.stop().await();
        }
    }

    private static RunningService start(String yaml) {
        EchoService.Settings settings = SettingsReader.read(EchoService.Settings.class, yaml, Map.of());
        return ServiceRunner.start(EchoService.DEFINITION, settings).await();
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://localhost:" + port + path);
    }
}
