package com.foobar.kit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, as a process of its own. */
class ServiceRunnerIT {
    @TempDir
    Path directory;

    @Test
    void explainsItself() throws Exception {
        assertThat(run(0, "--help"))
                .contains("Usage: java -jar echo-service.jar", "--config", "--check", "--print-config");
        assertThat(run(0, "--version")).isEqualTo("echo-service dev\n");
    }

    @Test
    void printsSettingsWithoutSecrets() throws Exception {
        assertThat(run(0, "--print-config"))
                .contains("instance: echo-1", "password: '***'")
                .doesNotContain("s3cret");
    }

    @Test
    void checksSettings() throws Exception {
        Path good = write("instance: e2\n");
        assertThat(run(0, "--check", "--config", good.toString())).contains("is good");

        Path bad = write("instanze: e2\nlog: {level: loud}\n");
        assertThat(run(2, "--check", "--config", bad.toString()))
                .contains(
                        "cannot be used",
                        "line 1: instanze: unknown setting",
                        "log.level: loud (expected: debug, info, warn, error)")
                .doesNotContain("\tat ");
    }

    @Test
    void refusesUnknownOptionsAndMissingFiles() throws Exception {
        assertThat(run(2, "--wat")).contains("--help lists the options").doesNotContain("\tat ");
        assertThat(run(2, "--config", "/nowhere.yaml"))
                .contains("there is no such file")
                .doesNotContain("\tat ");
    }

    @Test
    void saysWhyItCannotStartWithoutAStackTrace() throws Exception {
        Path file = write("listen: 'localhost:1'\nmanagement: {listen: '203.0.113.1:9'}\n");
        assertThat(run(1, "--config", file.toString()))
                .contains(
                        "echo-service: could not start: management.listen: cannot listen on 203.0.113.1:9: this machine has no such address")
                .doesNotContain("\tat ");
    }

    @Test
    void logsJsonAndStopsOnSigterm() throws Exception {
        Path file = write("log: {format: json}\n");
        Path output = directory.resolve("out");
        Process process = start(output, "--config", file.toString());
        try {
            await().atMost(20, SECONDS).until(() -> Files.readString(output).contains("started in"));
            process.destroy();
            assertThat(process.waitFor(60, SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            List<String> lines = Files.readAllLines(output);
            assertThat(lines).allSatisfy(line -> assertThat(new JsonObject(line).getString("instance"))
                    .isEqualTo("echo-1"));
            assertThat(lines.get(lines.size() - 1)).contains("\"message\":\"stopped\"");
        } finally {
            process.destroyForcibly();
        }
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "echo", ".yaml"), yaml);
    }

    private String run(int expectedStatus, String... arguments) throws Exception {
        Path output = Files.createTempFile(directory, "out", "");
        Process process = start(output, arguments);
        assertThat(process.waitFor(30, SECONDS)).isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isEqualTo(expectedStatus);
        return text;
    }

    private static Process start(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EchoService.class.getName()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("ECHO_PASSWORD", "s3cret"));
        return builder.start();
    }
}
