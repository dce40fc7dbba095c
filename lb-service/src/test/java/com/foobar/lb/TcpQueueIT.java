package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Connections in TCP mode before servers that may have one each. */
class TcpQueueIT extends TcpFixture {
    @Test
    void hasConnectionsWaitUntilAServerHasRoom() throws Exception {
        try (RunningLb lb = listen("timeouts: {queue: 60s}", one, two);
                Socket first = talking(lb, "one:");
                Socket second = talking(lb, "two:");
                Socket third = queued(lb, 1);
                Socket fourth = queued(lb, 2)) {
            // They are connected to nobody: what they say waits with us.
            third.getOutputStream().write('x');
            assertThat(one.sessions.get() + two.sessions.get()).isEqualTo(2);

            leave(second);
            assertThat(read(third, 5)).isEqualTo("two:x");
            awaitQueue(lb, 1);
            leave(first);
            fourth.getOutputStream().write('x');
            assertThat(read(fourth, 5)).isEqualTo("one:x");
            third.shutdownOutput();
            assertThat(read(third, 1)).isEqualTo(".");
            awaitLine("raw tcp/two [1-9]\\d*/\\d+/\\d+ 6 -- \\d+/\\d+/\\d+/\\d+/0 0/0");
        }
    }

    @Test
    void closesWhoWaitsTooLong() throws Exception {
        try (RunningLb lb = listen("timeouts: {queue: 200ms}", one);
                Socket first = talking(lb, "one:");
                Socket late = connect(lb)) {
            assertThat(late.getInputStream().read()).isEqualTo(-1);
            awaitLine("raw tcp/<NOSRV> [1-9]\\d*/-1/\\d+ 0 sQ \\d+/\\d+/\\d+/\\d+/0 0/0");
            awaitMetric(lb, "lb_backend_connection_errors_total{proxy=\"tcp\"} 1.0");
            first.getOutputStream().write('y');
            assertThat(read(first, 1)).isEqualTo("y");
            assertThat(one.sessions).hasValue(1);
        }
    }

    @Test
    void closesAtOnceWhomTheQueueHasNoPlaceFor() throws Exception {
        try (RunningLb lb = listen("timeouts: {queue: 60s}\nconnections: {maxqueue: 0}", one);
                Socket first = talking(lb, "one:");
                Socket refused = connect(lb)) {
            assertThat(refused.getInputStream().read()).isEqualTo(-1);
            awaitLine("raw tcp/<NOSRV> 0/-1/\\d+ 0 sQ \\d+/\\d+/\\d+/\\d+/0 0/0");
            assertThat(first.isConnected()).isTrue();
        }
    }

    @Test
    void forgetsWhoLeavesTheQueue() throws Exception {
        try (RunningLb lb = listen("timeouts: {queue: 60s}", one);
                Socket first = talking(lb, "one:");
                Socket gone = queued(lb, 1);
                Socket third = queued(lb, 2)) {
            gone.setSoLinger(true, 0);
            leave(gone);
            awaitLine("raw tcp/<NOSRV> \\d+/-1/\\d+ 0 CQ \\d+/\\d+/\\d+/\\d+/0 0/1");
            awaitMetric(lb, "lb_backend_client_aborts_total{proxy=\"tcp\"} 1.0");
            awaitQueue(lb, 1);
            leave(first);
            third.getOutputStream().write('x');
            assertThat(read(third, 5)).isEqualTo("one:x");
            assertThat(one.sessions).hasValue(2);
        }
    }

    @Test
    void givesBackThePlaceWithAServerThatCannotBeConnectedTo() throws Exception {
        try (RunningLb lb = listen("timeouts: {queue: 60s}\nretry: {retries: 1}", one, two)) {
            one.close();
            for (int i = 0; i < 3; i++) {
                try (Socket client = connect(lb)) {
                    client.getOutputStream().write('x');
                    client.shutdownOutput();
                    assertThat(read(client, 6)).isEqualTo("two:x.");
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }
            assertThat(lb.management("/metrics").body()).contains("lb_backend_current_queue{proxy=\"tcp\"} 0.0");
        }
    }

    /** Asks the first that has room, as long as that is up. */
    private RunningLb listen(String more, TcpServer... servers) throws Exception {
        StringBuilder settings = new StringBuilder();
        for (TcpServer server : servers) {
            settings.append(settings.isEmpty() ? "" : ", ")
                    .append(server.settings().replace("}", ", maxconn: 1}"));
        }
        RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: raw, listen: '127.0.0.1:0', mode: tcp}]
                backends:
                  - name: tcp
                    balance: first
                    check: {inter: 1h, downinter: 50ms, timeout: 10s, on-error: fastinter}
                    servers: [%s]
                %s
                """.formatted(settings, more));
        awaitActive(lb, servers.length);
        return lb;
    }

    private static void awaitQueue(RunningLb lb, int length) {
        awaitMetric(lb, "lb_backend_current_queue{proxy=\"tcp\"} " + (double) length);
    }

    /** Behind those that wait already: two connections made at once are taken up by event loops of their own, in either order. */
    private static Socket queued(RunningLb lb, int length) throws IOException {
        Socket socket = connect(lb);
        awaitQueue(lb, length);
        return socket;
    }

    private static Socket talking(RunningLb lb, String greeting) throws IOException {
        Socket socket = connect(lb);
        socket.getOutputStream().write('x');
        assertThat(read(socket, greeting.length() + 1)).isEqualTo(greeting + "x");
        return socket;
    }

    private static void leave(Socket client) throws IOException {
        client.close();
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }
}
