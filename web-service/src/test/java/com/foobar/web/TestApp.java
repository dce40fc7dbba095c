package com.foobar.web;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An app server in a process of its own, so that it can be killed. It answers with what it was asked. */
final class TestApp implements AutoCloseable {
    private static final String READY = "/ready/";

    /** Of the process of the app server. */
    private static volatile boolean isReady = true;

    private final String name;
    private final Process process;
    private final int port;

    private TestApp(String name, Process process, int port) {
        this.name = name;
        this.process = process;
        this.port = port;
    }

    /** Starts a process that listens on a free port, or on that one if it is not 0. */
    static TestApp start(String name, int port) throws IOException {
        Path output = Files.createTempFile(name, ".out");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestApp.class.getName(),
                        name,
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(30, SECONDS).until(() -> Files.readString(output).contains("\n"));
        try {
            String line = Files.readString(output).lines().findFirst().orElseThrow();
            return new TestApp(name, process, Integer.parseInt(line));
        } catch (NumberFormatException e) {
            process.destroyForcibly();
            throw new UncheckedIOException(new IOException(Files.readString(output), e));
        }
    }

    int port() {
        return port;
    }

    /** What it says of itself to checks from now on. */
    void ready(boolean is) throws IOException, InterruptedException {
        HttpRequest order = HttpRequest.newBuilder(URI.create("http://localhost:" + port + READY + is))
                .build();
        HttpClient.newHttpClient().send(order, BodyHandlers.discarding());
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** A new process on the same port. */
    TestApp restart() throws IOException {
        close();
        return start(name, port);
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }

    public static void main(String[] arguments) {
        String name = arguments[0];
        HttpServer server = Vertx.vertx().createHttpServer().requestHandler(request -> answer(name, request));
        server.listen(Integer.parseInt(arguments[1]), "localhost")
                .onSuccess(listening -> System.out.println(listening.actualPort()))
                .onFailure(e -> {
                    System.out.println(e);
                    Runtime.getRuntime().halt(1);
                });
    }

    private static void answer(String name, HttpServerRequest request) {
        if (request.path().equals("/health/ready")) {
            request.response().setStatusCode(isReady ? 200 : 503).end();
            return;
        }
        if (request.path().startsWith(READY)) {
            isReady = Boolean.parseBoolean(request.path().substring(READY.length()));
            request.response().end();
            return;
        }
        request.body().onSuccess(body -> {
            JsonObject fields = new JsonObject();
            request.headers()
                    .forEach(field -> fields.put(field.getKey().toLowerCase(java.util.Locale.ROOT), field.getValue()));
            Buffer answer = new JsonObject()
                    .put("server", name)
                    .put("method", request.method().name())
                    .put("target", request.uri())
                    .put("bytes", body.length())
                    .put("fields", fields)
                    .toBuffer();
            request.response()
                    .setStatusCode(request.path().endsWith("/missing") ? 404 : 200)
                    .putHeader("Content-Type", "application/json")
                    .end(answer);
        });
    }
}
