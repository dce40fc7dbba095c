package com.foobar.deploy.stack.control;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.failure.StackFailure;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Takes commands of other terminals: {@code GET /status}, {@code GET /addresses}, {@code POST /stop}, {@code POST /instances/NAME/ACTION}, each
 * with the token of {@link ControlAddress}. Status 200 when done and everything is ready, 202 when done but something is
 * not ready, 409 when refused.
 */
public final class ControlServer implements AutoCloseable {
    private final DataDirectory data;
    private final Commands commands;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "control");
        thread.setDaemon(true);
        return thread;
    });
    private final byte[] authorization;

    private ControlServer(DataDirectory data, Commands commands) throws IOException {
        this.data = data;
        this.commands = commands;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.US_ASCII);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
        new ControlAddress(ProcessHandle.current().pid(), server.getAddress().getPort(), token).write(data);
    }

    public static ControlServer start(DataDirectory data, Commands commands) {
        try {
            return new ControlServer(data, commands);
        } catch (IOException e) {
            throw new StackFailure("cannot open the control port: " + e, e);
        }
    }

    /** Finishes the answers under way, within a second, and takes no more commands. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            Files.deleteIfExists(data.controlFile());
            if (!executor.awaitTermination(1, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (IOException e) {
            throw new StackFailure(data.controlFile() + ": cannot be deleted: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            server.stop(0);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization)) {
                answer(exchange, 401, "the token of " + data.controlFile() + " is needed");
                return;
            }
            try {
                String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
                String route = exchange.getRequestMethod() + " " + path[0];
                if (route.equals("GET status")) {
                    Commands.Status status = commands.status();
                    answer(exchange, status.allReady() ? 200 : 202, status.text());
                } else if (route.equals("GET addresses")) {
                    answer(exchange, 200, commands.addresses());
                } else if (route.equals("POST stop")) {
                    answer(exchange, 200, commands.stop());
                } else if (route.equals("POST instances") && path.length == 3) {
                    answer(exchange, 200, act(path[2], path[1]));
                } else {
                    answer(exchange, 404, "no such command");
                }
            } catch (StackFailure e) {
                answer(exchange, 409, String.valueOf(e.getMessage()));
            }
        }
    }

    private String act(String action, String instance) {
        return switch (action) {
            case "kill" -> commands.kill(instance);
            case "start" -> commands.start(instance);
            case "restart" -> commands.restart(instance);
            default -> throw new StackFailure(action + " (expected: kill, start, restart)");
        };
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
