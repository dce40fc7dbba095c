package com.foobar.http.health;

import static com.foobar.http.backend.CheckStatus.L4CON;
import static com.foobar.http.backend.CheckStatus.L7OK;
import static com.foobar.http.backend.CheckStatus.L7RSP;
import static com.foobar.http.backend.CheckStatus.L7STS;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.testing.TestSettings;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks of a real MariaDB, and of servers that are none. */
class MysqlCheckIT {
    private static MariaDbServer database;

    private final Vertx vertx = Vertx.vertx();
    private final List<Check> checks = new ArrayList<>();

    @BeforeAll
    static void startDatabase() {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        database = MariaDbServer.start(1);
        database.execute("CREATE USER lb_check@'%'");
    }

    @AfterAll
    static void stopDatabase() {
        if (database != null) {
            database.close();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (Check check : checks) {
            check.close().await(30, TimeUnit.SECONDS);
        }
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void readsTheGreeting() throws Exception {
        CheckResult result = ask(database.port(), "{type: mysql, timeout: 20s}");

        assertThat(result.status()).isEqualTo(L7OK);
        assertThat(result.reason()).startsWith("MySQL ").contains("MariaDB");
    }

    @Test
    void logsInAndLeavesNoAbortedConnection() throws Exception {
        long aborted = database.status("Aborted_clients") + database.status("Aborted_connects");
        for (int i = 0; i < 5; i++) {
            CheckResult result = ask(database.port(), "{type: mysql, timeout: 20s, user: lb_check}");
            assertThat(result.status()).isEqualTo(L7OK);
            assertThat(result.reason()).endsWith("logged in as lb_check");
        }
        assertThat(database.status("Aborted_clients") + database.status("Aborted_connects"))
                .isEqualTo(aborted);
    }

    @Test
    void saysWhyALoginIsRefused() throws Exception {
        CheckResult result = ask(database.port(), "{type: mysql, timeout: 20s, user: foobar_app}");

        assertThat(result.status()).isEqualTo(L7STS);
        assertThat(result.code()).isEqualTo(1045);
        assertThat(result.reason()).startsWith("error 1045: Access denied for user 'foobar_app'");
    }

    @Test
    void failsWhereAnotherProtocolIsSpokenOrNone() throws Exception {
        int ssh = listen(socket -> socket.write("SSH-2.0-OpenSSH_9.2p1\r\n"));
        int hangingUp = listen(NetSocket::close);
        int silent = listen(socket -> {});

        assertThat(ask(ssh, "{type: mysql, timeout: 20s}"))
                .isEqualTo(new CheckResult(L7RSP, 0, "the answer is not MySQL's"));
        assertThat(ask(hangingUp, "{type: mysql, timeout: 20s}"))
                .isEqualTo(new CheckResult(L7RSP, 0, "connection closed"));
        assertThat(ask(silent, "{type: mysql, timeout: 300ms}").passed()).isFalse();
        assertThat(ask(1, "{type: mysql, timeout: 20s}").status()).isEqualTo(L4CON);
    }

    private int listen(Handler<NetSocket> handler) throws Exception {
        return vertx.createNetServer()
                .connectHandler(handler)
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    private CheckResult ask(int port, String settings) throws Exception {
        Check check = new MysqlCheck(vertx, TestSettings.check(settings));
        // Its client lives as long as somebody holds it.
        checks.add(check);
        BackendServer server = new BackendServer("db-1", new HostPort("127.0.0.1", port), 1, Clock.systemUTC());
        Promise<CheckResult> result = Promise.promise();
        vertx.runOnContext(started -> check.check(server).onComplete(result));
        return result.future().await(30, TimeUnit.SECONDS);
    }
}
