package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpModeIT extends TcpFixture {
    @Test
    void passesBytesBothWaysAndTheEndOfEach() throws Exception {
        byte[] sent = new byte[3 << 20];
        new Random(1).nextBytes(sent);
        try (RunningLb lb = balance("", one);
                Socket client = connect(lb)) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            byte[] received = client.getInputStream().readAllBytes();
            writing.join();

            // The dot comes when the server has seen the client's end, and so through a connection that is half closed.
            assertThat(received).hasSize(sent.length + 5);
            assertThat(new String(received, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("one:");
            assertThat(received[received.length - 1]).isEqualTo((byte) '.');
            assertThat(digest(received, 4, sent.length)).isEqualTo(digest(sent, 0, sent.length));
            awaitLine("raw tcp/one 0/\\d+/\\d+ " + received.length + " -- \\d+/\\d+/\\d+/\\d+/0 0/0");
            assertThat(lb.management("/metrics").body())
                    .contains("lb_frontend_bytes_in_total{proxy=\"raw\"} " + (double) sent.length)
                    .contains("lb_frontend_bytes_out_total{proxy=\"raw\"} " + (double) received.length);
        }
    }

    /** As {@code nc -N} does: more than the sockets hold comes after the client's end. */
    @Test
    void sendsAClientThatHasEndedAllOfALongAnswer() throws Exception {
        try (RunningLb lb = balance("", one);
                Socket client = connect(lb)) {
            client.getOutputStream().write("flood".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();

            assertThat(client.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isEqualTo(TcpServer.FLOOD);
        }
    }

    @Test
    void routesByTheNameOfTheClientHello() throws Exception {
        try (RunningLb lb = RunningLb.of(
                directory, """
                frontends:
                  - name: raw
                    listen: '127.0.0.1:0'
                    mode: tcp
                    routes: [{host: one.foobar.com, backend: one}, {host: '*.Foobar.com', backend: one}]
                    backend: two
                backends: [%s, %s]
                """.formatted(backend("one", one.settings()), backend("two", two.settings())))) {
            awaitUp(lb, "one", "two");

            assertThat(serverFor(lb, "one.foobar.com", 1 << 14)).isEqualTo("one");
            assertThat(serverFor(lb, "ONE.foobar.com", 1 << 14)).isEqualTo("one");
            assertThat(serverFor(lb, "a.b.foobar.com", 1 << 14)).isEqualTo("one");
            assertThat(serverFor(lb, "foobar.com", 1 << 14)).isEqualTo("two");
            assertThat(serverFor(lb, "", 1 << 14)).isEqualTo("two");
            assertThat(serverFor(lb, "one.foobar.com", 7)).as("in pieces").isEqualTo("one");
            try (Socket client = connect(lb)) {
                client.getOutputStream().write("no TLS at all".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes())
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("two:no TLS at all.");
            }
        }
    }

    @Test
    void waitsForTheClientHelloOnlySoLong() throws Exception {
        try (RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: raw, listen: '127.0.0.1:0', mode: tcp, routes: [{host: a.example, backend: tcp}]}]
                backends: [%s]
                timeouts: {inspect-delay: 2s}
                """.formatted(backend("tcp", one.settings())))) {
            awaitUp(lb, "tcp");
            try (Socket client = connect(lb)) {
                client.getOutputStream().write(clientHello("a.example"), 0, 20);

                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            awaitLine("raw raw/<NOSRV> 0/-1/\\d+ 0 cR \\d+/\\d+/\\d+/\\d+/0 0/0");
            try (Socket client = connect(lb)) {
                // The beginning of a ClientHello of 16 MiB.
                client.getOutputStream().write(HexFormat.of().parseHex("160301000501ffffff00"));

                assertClosed(client);
            }
            awaitLine("raw raw/<NOSRV> 0/-1/\\d+ 0 PR \\d+/\\d+/\\d+/\\d+/0 0/0");
            assertThat(one.sessions).hasValue(0);
        }
    }

    @Test
    void sendsClientsThatWaitForTheServerToTheDefaultBackend() throws Exception {
        ServerSocket greeter = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread greeting = new Thread(() -> greet(greeter), "greeter");
        greeting.setDaemon(true);
        greeting.start();
        try (greeter;
                RunningLb lb = RunningLb.of(directory, """
                frontends:
                  - {name: raw, listen: '127.0.0.1:0', mode: tcp, routes: [{host: a.example, backend: one}], backend: greeter}
                backends: [%s, %s]
                timeouts: {inspect-delay: 1s, http-request: 100ms}
                """.formatted(
                                backend("one", one.settings()),
                                backend("greeter", "{name: two, address: '127.0.0.1:" + greeter.getLocalPort() + "'}")
                                        .replace("check: {", "check: {type: tcp, ")))) {
            awaitUp(lb, "one", "greeter");
            try (Socket client = connect(lb)) {
                assertThat(client.getInputStream().readNBytes(5))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("220 a");
            }
        }
    }

    /** As servers of SMTP and MySQL do: the first word is theirs. */
    private static void greet(ServerSocket greeter) {
        while (!greeter.isClosed()) {
            try (Socket socket = greeter.accept()) {
                socket.getOutputStream().write("220 a".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // That connection broke, or the test is over.
            }
        }
    }

    @Test
    void pausesTheServerWhileTheClientDoesNotRead() throws Exception {
        try (RunningLb lb = balance("", one);
                Socket client = connect(lb)) {
            client.getOutputStream().write("flood".getBytes(StandardCharsets.US_ASCII));
            awaitStandstill(one.flooded);

            assertThat(one.flooded.get()).as("taken from the server").isLessThan(TcpServer.FLOOD);

            assertThat(count(client.getInputStream())).isEqualTo(TcpServer.FLOOD);
            client.shutdownOutput();
            awaitLine("raw tcp/one 0/\\d+/\\d+ " + TcpServer.FLOOD + " -- \\d+/\\d+/\\d+/\\d+/0 0/0");
        }
    }

    @Test
    void pausesTheClientWhileTheServerDoesNotRead() throws Exception {
        CRC32 sum = new CRC32();
        AtomicLong sent = new AtomicLong();
        try (RunningLb lb = balance("", one);
                Socket client = connect(lb)) {
            long memory = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> upload(client, sum, sent));
            awaitStandstill(sent);

            assertThat(sent.get()).as("taken from the client").isLessThan(TcpServer.FLOOD / 4);
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - memory)
                    .isLessThan(TcpServer.FLOOD / 16);

            one.mayRead.countDown();
            writing.get(LONG.toSeconds(), TimeUnit.SECONDS);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(TcpServer.FLOOD + " " + sum.getValue());
            awaitLine("raw tcp/one 0/\\d+/\\d+ \\d+ -- \\d+/\\d+/\\d+/\\d+/0 0/0");
        }
    }

    /** Sends a flood of random bytes. */
    private static void upload(Socket client, CRC32 sum, AtomicLong sent) {
        byte[] block = new byte[64 * 1024];
        new Random(1).nextBytes(block);
        System.arraycopy("hoard".getBytes(StandardCharsets.US_ASCII), 0, block, 0, 5);
        try {
            while (sent.get() < TcpServer.FLOOD) {
                client.getOutputStream().write(block);
                sum.update(block);
                sent.addAndGet(block.length);
                // No two blocks alike.
                ByteBuffer.wrap(block).putLong(sent.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitStandstill(AtomicLong count) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300))
                .atMost(LONG)
                .until(() -> count.get() > 0 && last.getAndSet(count.get()) == count.get());
    }

    @Test
    void triesAnotherServerWhereNoConnectionCanBeMade() throws Exception {
        try (RunningLb lb = balance("retry: {retries: 1}", one, two)) {
            one.close();
            for (int i = 0; i < 4; i++) {
                assertThat(talk(lb, "hello")).isEqualTo("two:hello.");
            }
            awaitLine("raw tcp/two 0/\\d+/\\d+ 10 -- \\d+/\\d+/\\d+/\\d+/1 0/0");
            assertThat(lb.management("/metrics").body())
                    .containsPattern("lb_server_connection_errors_total\\{proxy=\"tcp\",server=\"one\"} [1-4]\\.0")
                    .containsPattern("lb_server_redispatch_warnings_total\\{proxy=\"tcp\",server=\"one\"} [1-4]\\.0")
                    .contains("lb_server_loadbalanced_total{proxy=\"tcp\",server=\"two\"} 4.0");

            two.close();
            try (Socket client = connect(lb)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            awaitLine("raw tcp/(two|<NOSRV>) 0/-1/\\d+ 0 SC \\d+/\\d+/\\d+/\\d+/[01] 0/0");
        }
    }

    /** Whether or not what fails takes it down, and none of its checks can bring it back. */
    @ParameterizedTest
    @ValueSource(strings = {"fastinter", "mark-down"})
    void asksTheOnlyServerAgainAfterAPauseInWhichItRestarts(String onError) throws Exception {
        try (RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: raw, listen: '127.0.0.1:0', mode: tcp}]
                backends:
                  - name: tcp
                    check: {inter: 1h, fastinter: 1h, downinter: 1h, timeout: 10s, on-error: %s}
                    servers: [%s]
                """.formatted(onError, one.settings()))) {
            awaitActive(lb, 1);
            one.close();
            try (Socket client = connect(lb)) {
                client.getOutputStream().write('x');
                awaitMetric(lb, "lb_server_connection_errors_total{proxy=\"tcp\",server=\"one\"} 1.0");
                one = one.restarted();
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes())
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("one:x.");
            }
            awaitLine("raw tcp/one 0/[1-9]\\d*/\\d+ 6 -- \\d+/\\d+/\\d+/\\d+/[1-3] 0/0");
        }
    }

    @Test
    void countsConnectionsAndNoRequests() throws Exception {
        try (RunningLb lb = balance("", one)) {
            try (Socket client = connect(lb)) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
                assertThat(lb.management("/metrics").body())
                        .contains(
                                "lb_backend_current_connections{proxy=\"tcp\"} 1.0\n",
                                "lb_server_used_connections_current{proxy=\"tcp\",server=\"one\"} 1.0\n",
                                "lb_backend_sessions_total{proxy=\"tcp\"} 1.0\n",
                                "lb_server_sessions_total{proxy=\"tcp\",server=\"one\"} 1.0\n",
                                "lb_server_current_sessions{proxy=\"tcp\",server=\"one\"} 1.0\n",
                                "lb_backend_http_requests_total{proxy=\"tcp\"} 0.0\n",
                                "lb_server_http_requests_total{proxy=\"tcp\",server=\"one\"} 0.0\n");
            }
            awaitMetric(lb, "lb_backend_current_connections{proxy=\"tcp\"} 0.0\n");
            awaitMetric(lb, "lb_server_current_sessions{proxy=\"tcp\",server=\"one\"} 0.0\n");
        }
    }

    @Test
    void asksNobodyForAClientThatHasLeftInThePause() throws Exception {
        try (RunningLb lb = balance("", one)) {
            one.close();
            try (Socket client = connect(lb)) {
                client.getOutputStream().write('x');
                awaitMetric(lb, "lb_server_connection_errors_total{proxy=\"tcp\",server=\"one\"} 1.0");
                client.setSoLinger(true, 0);
            }
            one = one.restarted();
            awaitLine("raw tcp/one 0/-1/\\d+ 0 CC \\d+/\\d+/\\d+/\\d+/0 0/0");
            assertThat(one.sessions).hasValue(0);
        }
    }

    @Test
    void closesBothSidesOfATunnelThatIsIdle() throws Exception {
        try (RunningLb lb = balance("timeouts: {tunnel: 2s}", one);
                Socket client = connect(lb)) {
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            awaitLine("raw tcp/one 0/\\d+/\\d+ 5 cD \\d+/\\d+/\\d+/\\d+/0 0/0");
            await().atMost(LONG).until(() -> one.ended.get() == 1);
        }
    }

    @Test
    void closesASessionWhoseServerSaysNothingAfterTheClientHasEnded() throws Exception {
        try (RunningLb lb = balance("timeouts: {server: 1s}", one);
                Socket client = connect(lb)) {
            // It is not read on, so that nothing is answered.
            client.getOutputStream().write("hoard".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            awaitLine("raw tcp/one 0/\\d+/\\d+ 0 sD \\d+/\\d+/\\d+/\\d+/0 0/0");
        }
    }

    @Test
    void saysThatItClosedASessionThatDidNotEndInTimeWhenItStopped() throws Exception {
        RunningLb lb = balance("shutdown: {timeout: 100ms}", one);
        try (Socket client = connect(lb)) {
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);

            lb.close();
            assertClosed(client);
            awaitLine("raw tcp/one 0/\\d+/\\d+ 5 KD \\d+/\\d+/\\d+/\\d+/0 0/0");
        }
    }

    @Test
    void tellsHowLongSessionsTookAsHaproxyDoes() throws Exception {
        try (RunningLb lb = balance("", one)) {
            for (int i = 0; i < 3; i++) {
                assertThat(talk(lb, "hello")).isEqualTo("one:hello.");
            }
            for (String time : List.of("queue", "connect", "total")) {
                awaitMetric(lb, "lb_backend_" + time + "_time_seconds_count{proxy=\"tcp\"} 3");
                awaitMetric(lb, "lb_server_" + time + "_time_seconds_count{proxy=\"tcp\",server=\"one\"} 3");
            }
            String all = lb.management("/metrics").body();
            assertThat(all)
                    .contains("lb_server_response_time_seconds_count{proxy=\"tcp\",server=\"one\"} 0\n")
                    .contains("lb_backend_max_total_time_seconds{proxy=\"tcp\"} ")
                    .doesNotContain("lb_backend_max_total_time_seconds{proxy=\"tcp\"} 0.0\n")
                    .doesNotContain("lb_server_max_connect_time_seconds{proxy=\"tcp\",server=\"one\"} 0.0\n");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(lb.management("/metrics").body())
                            .doesNotContain(
                                    "lb_server_total_time_average_seconds{proxy=\"tcp\",server=\"one\"} 0.0\n",
                                    "lb_backend_connect_time_average_seconds{proxy=\"tcp\"} 0.0\n"));
        }
    }

    @Test
    void passesOnThatAConnectionBroke() throws Exception {
        try (RunningLb lb = balance("", one)) {
            try (Socket client = connect(lb)) {
                client.getOutputStream().write("reset".getBytes(StandardCharsets.US_ASCII));
                assertClosed(client);
            }
            awaitLine("raw tcp/one 0/\\d+/\\d+ 0 SD \\d+/\\d+/\\d+/\\d+/0 0/0");

            try (Socket client = connect(lb)) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
                client.setSoLinger(true, 0);
            }
            awaitLine("raw tcp/one 0/\\d+/\\d+ 5 CD \\d+/\\d+/\\d+/\\d+/0 0/0");
            await().atMost(LONG).until(() -> one.ended.get() == 2);
        }
    }

    /** A server that has closed resets its connection when more comes; a slow client is still to have all that was sent before. */
    @Test
    void sendsAClientAllThatAServerHasSentWhichTakesNoMore() throws Exception {
        try (RunningLb lb = balance("", one);
                Socket client = new Socket()) {
            client.setReceiveBufferSize(4 * 1024);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), lb.port("raw")));
            client.setSoTimeout((int) LONG.toMillis());
            client.getOutputStream().write("leave".getBytes(StandardCharsets.US_ASCII));
            awaitMetric(lb, "lb_frontend_bytes_out_total{proxy=\"raw\"} " + (double) TcpServer.FAREWELL);
            // The first one is answered by the reset, which the next one meets.
            AtomicLong late = new AtomicLong();
            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                client.getOutputStream().write('x');
                return late.incrementAndGet() == 10;
            });

            assertThat(count(client.getInputStream())).isEqualTo(TcpServer.FAREWELL);
            client.shutdownOutput();
            awaitLine("raw tcp/one 0/\\d+/\\d+ " + TcpServer.FAREWELL + " -- \\d+/\\d+/\\d+/\\d+/0 0/0");
        }
    }

    @Test
    void ejectsAServerForFailuresInARowOnly() throws Exception {
        String servers = one.settings() + ", " + two.settings();
        try (RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: raw, listen: '127.0.0.1:0', mode: tcp}]
                backends: [%s]
                """.formatted(backend("tcp", servers)
                .replace("{name: tcp", "{name: tcp, balance: first, ejection: {consecutive-failures: 2}")
                .replace("check: {", "check: {on-error: fastinter, ")))) {
            awaitActive(lb, 2);
            for (int i = 0; i < 3; i++) {
                assertThat(talk(lb, "hello")).isEqualTo("one:hello.");
                awaitOver(lb);
                breakOne(lb);
                awaitOver(lb);
            }
            assertThat(talk(lb, "hello")).isEqualTo("one:hello.");
            awaitOver(lb);
            breakOne(lb);
            awaitOver(lb);
            breakOne(lb);
            awaitActive(lb, 1);
            assertThat(talk(lb, "hello")).isEqualTo("two:hello.");
        }
    }

    /** Whether a session failed is known when it has ended. */
    private static void awaitOver(RunningLb lb) {
        awaitMetric(lb, "lb_server_current_sessions{proxy=\"tcp\",server=\"one\"} 0.0");
    }

    private static void breakOne(RunningLb lb) throws IOException {
        try (Socket client = connect(lb)) {
            client.getOutputStream().write("reset".getBytes(StandardCharsets.US_ASCII));
            assertClosed(client);
        }
    }

    @Test
    void letsSessionsEndWhenItStops() throws Exception {
        try (RunningLb lb = balance("shutdown: {timeout: 60s}", one);
                Socket client = connect(lb)) {
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(lb::close);
            await().atMost(LONG).until(() -> refusesConnections(lb.port("raw")));

            client.getOutputStream().write('y');
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("y.");
            stopped.join();
        }
    }

    private static boolean refusesConnections(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void keepsAClientAtOneServerBySource() throws Exception {
        String servers = one.settings() + ", " + two.settings();
        try (RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: raw, listen: '127.0.0.1:0', mode: tcp}]
                backends: [%s]
                """.formatted(
                        backend("tcp", servers).replace("{name: tcp", "{name: tcp, balance: source")))) {
            awaitActive(lb, 2);
            String first = talk(lb, "hello");
            for (int i = 0; i < 12; i++) {
                assertThat(talk(lb, "hello")).isEqualTo(first);
            }
        }
    }

    /** Asks the first of them, as long as that is up. */
    private RunningLb balance(String more, TcpServer... servers) throws Exception {
        RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: raw, listen: '127.0.0.1:0', mode: tcp}]
                backends: [%s]
                %s
                """.formatted(
                        backend(
                                        "tcp",
                                        String.join(
                                                ", ",
                                                List.of(servers).stream()
                                                        .map(TcpServer::settings)
                                                        .toList()))
                                .replace("{name: tcp", "{name: tcp, balance: first"),
                        more));
        awaitActive(lb, servers.length);
        return lb;
    }

    /** Checked at the beginning only, so that a test decides what is found out by connecting. */
    private static String backend(String name, String servers) {
        return "{name: " + name + ", check: {inter: 1h, downinter: 50ms, timeout: 10s}, servers: [" + servers + "]}";
    }

    private static void awaitUp(RunningLb lb, String... backends) {
        for (String backend : backends) {
            awaitMetric(lb, "lb_backend_status{proxy=\"" + backend + "\",state=\"UP\"} 1.0");
        }
    }

    private static String talk(RunningLb lb, String text) throws IOException {
        try (Socket client = connect(lb)) {
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** The name of the server that gets a ClientHello for that name, as it was sent. */
    private static String serverFor(RunningLb lb, String name, int piece) throws Exception {
        byte[] hello = clientHello(name);
        try (Socket client = connect(lb)) {
            client.setTcpNoDelay(true);
            OutputStream out = client.getOutputStream();
            for (int at = 0; at < hello.length; at += piece) {
                out.write(hello, at, Math.min(piece, hello.length - at));
            }
            client.shutdownOutput();
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int colon = answer.indexOf(':');
            assertThat(answer.substring(colon + 1)).isEqualTo(new String(hello, StandardCharsets.ISO_8859_1) + ".");
            return answer.substring(0, colon);
        }
    }

    private static byte[] clientHello(String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), out);
        byte[] hello = new byte[out.position()];
        out.flip().get(hello);
        return hello;
    }

    private static void assertClosed(Socket client) {
        int read;
        try {
            read = client.getInputStream().read();
        } catch (IOException e) {
            read = -1;
        }
        assertThat(read).as("closed, or reset, and not timed out").isNotPositive();
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long count = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            count += read;
        }
        return count;
    }

    private static String digest(byte[] bytes, int start, int length) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, start, length);
        return HexFormat.of().formatHex(digest.digest());
    }
}
