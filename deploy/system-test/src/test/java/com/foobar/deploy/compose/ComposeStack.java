package com.foobar.deploy.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.foobar.deploy.running.CommandResult;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * The project of {@code deploy/compose.yaml} under a name and on ports of its own, so that it disturbs none that runs; without
 * Grafana where its image is not there. Closing it removes its containers, networks and volumes.
 */
final class ComposeStack implements Site, AutoCloseable {
    static final String PROJECT = "foobar-test";

    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory = RunningStack.project().resolve("deploy");
    private final Map<String, String> environment = new HashMap<>();
    private final Path scratch;
    private final Path authority;

    /** @param scratch a directory for what is copied out of the containers */
    ComposeStack(Path scratch) throws IOException, InterruptedException {
        this.scratch = scratch;
        authority = scratch.resolve("ca.pem");
        environment.put("COMPOSE_PROJECT_NAME", PROJECT);
        // Debian's engine has no BuildKit client beside it.
        environment.put("DOCKER_BUILDKIT", "0");
        List<Integer> free = freePorts(4);
        environment.put("LB_1_HTTPS", free.get(0).toString());
        environment.put("LB_1_HTTP", free.get(1).toString());
        environment.put("LB_2_HTTPS", free.get(2).toString());
        environment.put("LB_2_HTTP", free.get(3).toString());
        List<String> image = List.of("docker", "image", "inspect", "grafana/grafana:12.3.0");
        boolean grafana = RunningStack.run(directory, image).exitStatus() == 0;
        String file = directory.resolve("compose.yaml").toString();
        environment.put("COMPOSE_FILE", grafana ? file : file + ":" + directory.resolve("compose.offline.yaml"));
    }

    /** Removes what an earlier run may have left, builds our images and starts everything; returns when all is healthy. */
    void startFromNothing() throws IOException, InterruptedException {
        compose("down", "--volumes", "--remove-orphans");
        compose("build", "--quiet");
        up();
        compose("cp", "lb-1:/var/lib/foobar/tls/ca.pem", authority.toString());
    }

    /** Starts what does not run, and returns when all is healthy. */
    void up() throws IOException, InterruptedException {
        compose("up", "--detach", "--wait", "--wait-timeout", "300", "--no-build");
    }

    /** {@code docker compose} with these arguments, which must succeed; what it wrote. */
    String compose(String... arguments) throws IOException, InterruptedException {
        CommandResult result = tryCompose(arguments);
        if (result.exitStatus() != 0) {
            throw new IllegalStateException("docker compose " + String.join(" ", arguments) + ": " + result.output());
        }
        return result.output();
    }

    CommandResult tryCompose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "compose"));
        command.addAll(Arrays.asList(arguments));
        return RunningStack.run(directory, command, environment, LIMIT);
    }

    /** The whole project as Compose understands it, what the machine cannot run included; not the load test. */
    JsonNode settings() throws IOException, InterruptedException {
        return JSON.readTree(compose("--profile", "not-in-debian", "config", "--format", "json"));
    }

    /** Runs a block of {@link Procedures}, in a directory of its own; what it wrote. */
    String asWritten(String block) throws IOException, InterruptedException {
        CommandResult result = RunningStack.run(scratch, List.of("bash", "-c", block), environment, LIMIT);
        if (result.exitStatus() != 0) {
            throw new IllegalStateException(block + result.output());
        }
        return result.output();
    }

    /** {@code docker} with these arguments, which must succeed; what it wrote. */
    String docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(arguments));
        CommandResult result = RunningStack.run(directory, command, environment, LIMIT);
        if (result.exitStatus() != 0) {
            throw new IllegalStateException(command + ": " + result.output());
        }
        return result.output();
    }

    void awaitHealthy(String service) {
        Awaitility.await(service + " is healthy")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> docker("inspect", "--format", "{{.State.Health.Status}}", container(service))
                        .trim()
                        .equals("healthy"));
    }

    /** SQL on a database server, as its administrator; the rows without their names, tabs between columns. */
    String sql(String server, String statement) throws IOException, InterruptedException {
        return compose(
                        "exec",
                        "-T",
                        server,
                        "mysql",
                        "--defaults-file=/run/secrets/root.cnf",
                        "--socket=/tmp/mysqld.sock",
                        "-BN",
                        "-e",
                        statement)
                .trim();
    }

    /** The {@code data} of an answer of Prometheus' HTTP API. */
    JsonNode prometheus(String pathAndQuery) throws IOException, InterruptedException {
        return JSON.readTree(compose(
                        "exec",
                        "-T",
                        "prometheus",
                        "wget",
                        "-q",
                        "-O",
                        "-",
                        "http://127.0.0.1:9090/api/v1/" + pathAndQuery))
                .path("data");
    }

    /** What our services have warned of lately, for whoever looks into a failure. */
    String warnings() {
        try {
            return compose(
                            "logs",
                            "--no-color",
                            "--since",
                            "5m",
                            "lb-1",
                            "lb-2",
                            "web-1",
                            "web-2",
                            "app-1",
                            "app-2",
                            "db-router-1",
                            "db-router-2")
                    .lines()
                    .filter(line -> line.contains(" WARN ") || line.contains(" ERROR ") || line.contains(" is UP"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    static String container(String service) {
        return PROJECT + "-" + service + "-1";
    }

    @Override
    public URI site(String balancer) {
        return URI.create(
                "https://localhost:" + environment.get(balancer.equals("lb-1") ? "LB_1_HTTPS" : "LB_2_HTTPS"));
    }

    @Override
    public Path authority() {
        return authority;
    }

    @Override
    public URI management(String instance) {
        throw new UnsupportedOperationException("management ports are not published");
    }

    /** Keeps the logs for whoever looks into a failure, and removes everything. */
    @Override
    public void close() throws IOException {
        try {
            Path logs = Path.of("target", "compose.log");
            Files.writeString(
                    logs, tryCompose("logs", "--no-color", "--timestamps").output());
            compose("down", "--volumes", "--remove-orphans", "--timeout", "5");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("not everything of " + PROJECT + " has been removed", e);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
