package com.foobar.deploy.running;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A stack that {@code deploy/up} runs: the script of this project, on the jars of this build, with a data directory and
 * ports of its own. May be stopped and started again on the same data.
 */
public final class RunningStack implements Site, AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
    private static final Path PROJECT = project();

    private final Path data;
    private final StackPorts ports;
    private final Path output;
    private @Nullable Process launcher;

    /** @param data where the stack keeps everything; may be there or not */
    public RunningStack(Path data, StackPorts ports) {
        this.data = data;
        this.ports = ports;
        this.output = data.resolveSibling(data.getFileName() + "-output.log");
    }

    public StackPorts ports() {
        return ports;
    }

    public Path data() {
        return data;
    }

    /** The site through the first balancer, as a browser opens it. */
    public URI site() {
        return site("lb-1");
    }

    @Override
    public URI site(String balancer) {
        return URI.create("https://localhost:" + ports.traffic(balancer) + "/");
    }

    @Override
    public Path authority() {
        return data.resolve("tls").resolve("ca.pem");
    }

    @Override
    public URI management(String instance) {
        return URI.create("http://127.0.0.1:" + ports.management(instance));
    }

    public Path log(String instance) {
        return data.resolve("logs").resolve(instance + ".log");
    }

    /** Everything that the launcher has written since it was started. */
    public String output() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    /** Runs {@code deploy/up} with these further arguments and returns when everything is ready, after that time. */
    public Duration start(String... arguments) throws IOException {
        long began = System.nanoTime();
        List<String> command = command(arguments);
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        launcher = started;
        Awaitility.await("ready: " + output)
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> output().contains("Ready after") || !started.isAlive());
        if (!started.isAlive()) {
            throw new IllegalStateException("deploy/up has ended with " + started.exitValue() + ":\n" + output());
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Runs one more {@code deploy/up} on the same data and waits for its end. */
    public CommandResult up(String... arguments) throws IOException, InterruptedException {
        return run(PROJECT, command(arguments));
    }

    /** Runs a command line and waits for its end, for two minutes at most. */
    public static CommandResult run(Path directory, List<String> command) throws IOException, InterruptedException {
        return run(directory, command, Map.of(), COMMAND_LIMIT);
    }

    /** Runs a command line with further environment variables and waits for its end. */
    public static CommandResult run(
            Path directory, List<String> command, Map<String, String> environment, Duration limit)
            throws IOException, InterruptedException {
        Path answer = Files.createTempFile("answer", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end:\n" + Files.readString(answer));
            }
            return new CommandResult(process.exitValue(), Files.readString(answer));
        } finally {
            Files.delete(answer);
        }
    }

    /** The launcher's process. @throws IllegalStateException when it was never started */
    public Process launcher() {
        if (launcher == null) {
            throw new IllegalStateException("the stack was not started");
        }
        return launcher;
    }

    /** Sends a signal, such as {@code INT} as Ctrl-C does, to the launcher alone. */
    public void signal(String name) throws IOException, InterruptedException {
        run(PROJECT, List.of("kill", "-" + name, Long.toString(launcher().pid())));
    }

    /** All living processes that work on this data directory: the launcher, the instances, the databases. */
    public List<String> processes() throws IOException {
        List<String> found = new ArrayList<>();
        String mark = Files.exists(data.resolve("run"))
                ? "FOOBAR_RUN=" + Files.readString(data.resolve("run")).trim()
                : "no run";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String command = read(process.resolve("cmdline"));
                if (command.contains(data.toString())
                        || read(process.resolve("environ")).contains(mark)
                        || command.contains(mark)) {
                    found.add(process.getFileName() + " " + command.replace('\0', ' '));
                }
            }
        }
        return found;
    }

    /** Ends whatever is left. */
    @Override
    public void close() throws IOException {
        Process running = launcher;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(60, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    public static Path project() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("deploy/up"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException(
                        "deploy/up is not above " + Path.of("").toAbsolutePath());
            }
        }
        return directory;
    }

    private List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(PROJECT.resolve("deploy/up").toString(), "--data", data.toString()));
        boolean starts = arguments.length == 0 || arguments[0].startsWith("-");
        if (starts && !List.of(arguments).contains("--port-offset")) {
            command.addAll(List.of("--port-offset", Integer.toString(ports.offset())));
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has just ended.
            return "";
        }
    }
}
