package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.tls.DevelopmentCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar itself, as an operator starts it. */
class LbProcessIT {
    private static final Path JAR = Path.of("target", "lb-service.jar");

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void startsWithoutArgumentsAndStopsOnSigterm() throws Exception {
        for (int port : new int[] {8443, 8080, 9901}) {
            assumeThat(isFree(port)).as("the default port %d is free", port).isTrue();
        }
        Process process = start();

        await().atMost(Duration.ofMinutes(2)).until(() -> output().contains("started in"));
        assertThat(output())
                .contains("frontend https listens on 0.0.0.0:8443")
                .contains("frontend http listens on 0.0.0.0:8080");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(output()).contains("web/web-1 (127.0.0.1:8101) is "));
        process.destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output()).contains("stopped").doesNotContain("Exception").doesNotContain("WARNING:");
    }

    @Test
    void namesATakenPortAndItsSetting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start("--config", config("listen: '127.0.0.1:" + taken.getLocalPort() + "'"));

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains(
                            "could not start: frontends[0].listen: cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("the port is taken")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void namesTheCertificateThatItCannotRead() throws Exception {
        Process process = start(
                "--config",
                config("listen: '127.0.0.1:0', tls: {certificate: /nowhere/cert.pem, key: /nowhere/key.pem}"));

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output())
                .contains("could not start: frontends[0].tls: ")
                .contains("/nowhere/cert.pem")
                .doesNotContain("\tat ");
    }

    @Test
    void namesAllBadSettings() throws Exception {
        Process process = start("--config", config("listen: nowhere, colour: red"));

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(output())
                .contains("frontends[0].listen")
                .contains("frontends[0].colour")
                .doesNotContain("\tat ");
    }

    @Test
    void refusesAnotherHandshakeOnAConnection() throws Exception {
        Process process =
                start("--config", config("listen: '127.0.0.1:0', tls: {development-directory: '" + directory + "'}"));
        await().atMost(Duration.ofMinutes(2)).until(() -> output().contains("started in"));
        Matcher listening = Pattern.compile("frontend only listens on 127\\.0\\.0\\.1:(\\d+)")
                .matcher(output());
        assertThat(listening.find()).isTrue();

        try (SSLSocket socket = (SSLSocket) RunningLb.trusting(directory.resolve(DevelopmentCa.CA_CERTIFICATE))
                .getSocketFactory()
                .createSocket("127.0.0.1", Integer.parseInt(listening.group(1)))) {
            socket.setSoTimeout(30_000);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();

            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(SSLException.class);
        }
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void logsRequestsWhateverTheLevel() throws Exception {
        int port = freePort();
        Path file = directory.resolve("warn.yaml");
        Files.writeString(file, """
                frontends: [{name: only, listen: '127.0.0.1:%d'}]
                backends: [{name: web, servers: [{name: web-1, address: '127.0.0.1:1'}]}]
                management: {listen: '127.0.0.1:0'}
                log: {level: warn}
                """.formatted(port));
        start("--config", file.toString());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/quiet"))
                .build();

        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> HttpClient.newHttpClient()
                                .send(request, BodyHandlers.discarding())
                                .statusCode()
                        == 503);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(output()).contains("\"GET /quiet HTTP/1.1\""));
        assertThat(output()).doesNotContain("started in");
    }

    private String config(String frontend) throws IOException {
        Path file = directory.resolve("lb.yaml");
        Files.writeString(file, """
                frontends:
                  - {name: only, %s}
                management: {listen: '127.0.0.1:0'}
                """.formatted(frontend));
        return file.toString();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + directory,
                "-jar",
                JAR.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        processes.add(process);
        return process;
    }

    private Path log() {
        return directory.resolve("output.log");
    }

    private String output() throws IOException {
        return Files.exists(log()) ? Files.readString(log()) : "";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
