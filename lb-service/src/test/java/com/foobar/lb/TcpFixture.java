package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of a line protocol, the log, and clients of a frontend named {@code raw}. */
abstract class TcpFixture {
    static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    AccessLines log;
    TcpServer one;
    TcpServer two;

    @BeforeEach
    void start() throws IOException {
        log = new AccessLines();
        one = new TcpServer("one");
        two = new TcpServer("two");
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        two.close();
        log.close();
    }

    static Socket connect(RunningLb lb) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.port("raw"));
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    static void awaitMetric(RunningLb lb, String line) {
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(lb.management("/metrics").body()).contains(line));
    }

    static void awaitActive(RunningLb lb, int servers) {
        awaitMetric(lb, "lb_backend_active_servers{proxy=\"tcp\"} " + (double) servers);
    }

    /** @param tail of the line, behind the time */
    void awaitLine(String tail) {
        await().atMost(LONG).untilAsserted(() -> assertThat(log.lines())
                .anyMatch(line -> line.matches("127\\.0\\.0\\.1:\\d+ \\[[^]]+] " + tail)));
    }
}
