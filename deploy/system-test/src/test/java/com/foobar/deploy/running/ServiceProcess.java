package com.foobar.deploy.running;

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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One service run from its jar with a settings file, for tests that need a part of the stack. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final String module;
    private final Process process;
    private final Path log;
    private final int management;

    private ServiceProcess(String module, Process process, Path log, int management) {
        this.module = module;
        this.process = process;
        this.log = log;
        this.management = management;
    }

    /** {@linkplain #launch Starts} the module's jar and returns when it is ready. */
    public static ServiceProcess start(Path directory, String module, String settings) throws IOException {
        ServiceProcess service = launch(directory, module, settings);
        try {
            service.awaitReady();
            return service;
        } catch (RuntimeException | IOException e) {
            service.close();
            throw e;
        }
    }

    /**
     * Starts the module's jar.
     *
     * @param directory for its settings and its log; one for each process of a module
     * @param settings without those of the management port, which gets a free one
     */
    public static ServiceProcess launch(Path directory, String module, String settings) throws IOException {
        int management = freePort();
        Path file = Files.writeString(
                directory.resolve(module + ".yaml"),
                settings + "\nmanagement: {listen: '127.0.0.1:" + management + "'}\n");
        Path jar = RunningStack.project().resolve(module).resolve("target").resolve(module + ".jar");
        Path log = directory.resolve(module + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString(),
                        "--config",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(module, process, log, management);
    }

    /** Returns when it is ready. @throws IllegalStateException with its log after 60 s without, or when it has ended */
    public void awaitReady() throws IOException {
        try {
            Awaitility.await(module + " is ready").atMost(START_LIMIT).until(this::isReady);
        } catch (RuntimeException e) {
            throw new IllegalStateException(module + " did not become ready:\n" + log(), e);
        }
    }

    /** A port that nobody listens on now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** All that it has written. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady() throws InterruptedException, IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("it has ended with " + process.exitValue() + ":\n" + log());
        }
        try {
            URI ready = URI.create("http://127.0.0.1:" + management + "/health/ready");
            HttpResponse<Void> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding());
            return answer.statusCode() == 200;
        } catch (IOException e) {
            // Its management port is not open yet.
            return false;
        }
    }
}
