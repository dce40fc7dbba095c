package com.foobar.web;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as people run it: {@code java -jar web-service.jar}. */
class WebProcessIT {
    private static final Path JAR = Path.of("target", "web-service.jar").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void servesTheSiteWithoutAnyArgument() throws Exception {
        assumeThat(isFree(8101) && isFree(9911))
                .as("ports 8101 and 9911 are free")
                .isTrue();
        Path output = directory.resolve("out");
        Process process = new ProcessBuilder(java(), "-jar", JAR.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await().atMost(120, SECONDS).until(() -> Files.readString(output).contains("started in"));
            HttpResponse<String> page = get("http://localhost:8101/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).startsWith("<!doctype html>");
            assertThat(get("http://localhost:8101/api/tags").statusCode()).isEqualTo(503);
            await().atMost(60, SECONDS)
                    .until(() -> get("http://localhost:8101/health/ready").statusCode() == 200);
            assertThat(get("http://localhost:9911/health/ready").statusCode()).isEqualTo(200);

            assertThat(residentMegabytes(process)).isLessThan(150);
            assertThat(Files.size(JAR)).isLessThan(25 << 20);

            process.destroy();
            assertThat(process.waitFor(60, SECONDS)).isTrue();
            assertThat(Files.readString(output)).contains("stopped").doesNotContain("\tat ");
        } finally {
            process.destroyForcibly();
        }
    }

    private static long residentMegabytes(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
