package com.foobar.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.RunningService;
import com.foobar.kit.ServiceRunner;
import com.foobar.kit.StartFailure;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.web.config.WebSettings;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping. */
class StopIT {
    private static final int BIG = 64 << 20;

    @TempDir
    private Path site;

    @Test
    void turnsNotReadyBeforeItStops() throws Exception {
        try (TestWeb web = TestWeb.start("shutdown: {delay: 4s}")) {
            assertThat(web.get("/health/ready").statusCode()).isEqualTo(200);
            Future<Void> stopped = web.running().stop();
            assertThat(web.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(web.get("/").statusCode())
                    .as("still served during the delay")
                    .isEqualTo(200);
            stopped.await();
            assertThatThrownBy(() -> web.get("/")).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void letsADownloadEnd() throws Exception {
        Files.writeString(site.resolve("index.html"), "<!doctype html>");
        Files.write(site.resolve("big.bin"), new byte[BIG]);
        try (TestWeb web = TestWeb.start("content: {directory: '" + site + "'}");
                Socket socket = new Socket("localhost", web.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            Future<Void> stopped = web.running().stop();
            await().atMost(Duration.ofSeconds(30)).until(() -> isRefused(web.port()));
            assertThat(stopped.isComplete()).isFalse();
            assertThat(in.readAllBytes().length).isGreaterThan(BIG);
            stopped.await();
        }
    }

    /** One that is back after a moment is still UP to its balancers. */
    @Test
    void letsNobodyInBeforeTheAppServersWereLookedAt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        HttpServer app = app(asked, answer);
        int port = freePort();
        Future<RunningService> started = ServiceRunner.start(
                WebMain.DEFINITION,
                SettingsReader.read(
                        WebSettings.class, """
                        listen: 'localhost:%d'
                        management: {listen: 'localhost:0'}
                        gateway:
                          check: {timeout: 60s}
                          servers: [{name: app-1, address: 'localhost:%d'}]
                        """.formatted(port, app.getAddress().getPort()), Map.of()));
        try {
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(isRefused(port)).isTrue();
            assertThat(started.isComplete()).isFalse();

            answer.countDown();
            started.await();
            try (Socket socket = new Socket("localhost", port)) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream()
                        .write("GET /api/tags HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                        .startsWith("HTTP/1.1 200 ");
            }
        } finally {
            answer.countDown();
            started.await().stop().await();
            app.stop(0);
        }
    }

    /** Answers everything 200, its first check when told to. */
    private static HttpServer app(CountDownLatch asked, CountDownLatch answer) throws IOException {
        HttpServer app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.setExecutor(task -> new Thread(task, "app").start());
        app.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().equals("/health/ready")) {
                asked.countDown();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        app.start();
        return app;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void namesThePortThatIsTaken() {
        try (TestWeb web = TestWeb.start("")) {
            assertThatThrownBy(() -> start("listen: 'localhost:" + web.port() + "'"))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageStartingWith("listen: cannot listen on localhost:" + web.port() + ": the port is taken");
        }
    }

    @Test
    void namesTheDirectoryThatIsMissing() throws Exception {
        assertThatThrownBy(() -> start("listen: 'localhost:0'\ncontent: {directory: '" + site.resolve("none") + "'}"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(site.resolve("none") + " does not exist");
        assertThatThrownBy(() -> start("listen: 'localhost:0'\ncontent: {directory: '" + site + "'}"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(site.resolve("index.html") + " does not exist");
        Path file = Files.writeString(site.resolve("file"), "");
        assertThatThrownBy(() -> start("listen: 'localhost:0'\ncontent: {directory: '" + file + "'}"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(file + " is no directory");
    }

    private static RunningService start(String yaml) {
        WebSettings settings =
                SettingsReader.read(WebSettings.class, "management: {listen: 'localhost:0'}\n" + yaml, Map.of());
        return ServiceRunner.start(WebMain.DEFINITION, settings).await();
    }

    private static boolean isRefused(int port) throws Exception {
        try (Socket socket = new Socket("localhost", port)) {
            return socket.getInputStream().read() < 0;
        } catch (ConnectException e) {
            return true;
        }
    }
}
