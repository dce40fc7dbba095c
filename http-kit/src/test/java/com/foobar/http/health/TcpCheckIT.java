package com.foobar.http.health;

import static com.foobar.http.backend.CheckStatus.L4CON;
import static com.foobar.http.backend.CheckStatus.L4OK;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.testing.TestSettings;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpCheckIT {
    private final Vertx vertx = Vertx.vertx();
    private final List<Check> checks = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Check check : checks) {
            check.close().await(30, TimeUnit.SECONDS);
        }
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void passesWhereAConnectionCanBeMadeAndClosesIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(ask("127.0.0.1", server.getLocalPort(), "{type: tcp, timeout: 20s}"))
                    .isEqualTo(new CheckResult(L4OK, 0, "connected"));
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(30_000);
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void asksThePortThatIsSet() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String settings = "{type: tcp, timeout: 20s, port: " + server.getLocalPort() + "}";

            assertThat(ask("127.0.0.1", 1, settings).passed()).isTrue();
        }
    }

    @Test
    void failsWhereNobodyListens() throws Exception {
        assertThat(ask("127.0.0.1", freePort(), "{type: tcp, timeout: 20s}"))
                .isEqualTo(new CheckResult(L4CON, 0, "connection refused"));
        assertThat(ask("nowhere.invalid", 80, "{type: tcp, timeout: 20s}").status())
                .isEqualTo(L4CON);
    }

    private CheckResult ask(String host, int port, String settings) throws Exception {
        Check check = new TcpCheck(vertx, TestSettings.check(settings));
        // Its client lives as long as somebody holds it.
        checks.add(check);
        BackendServer server = new BackendServer("web-1", new HostPort(host, port), 1, Clock.systemUTC());
        Promise<CheckResult> result = Promise.promise();
        vertx.runOnContext(started -> check.check(server).onComplete(result));
        return result.future().await(30, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
