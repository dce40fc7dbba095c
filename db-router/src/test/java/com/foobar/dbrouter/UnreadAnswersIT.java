package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A client that sends commands ahead and reads no answers is not worked for beyond what sockets and marks hold. */
class UnreadAnswersIT {
    private static final int COMMANDS = 6000;
    private static final String ANSWER = "x".repeat(4000);

    @Test
    void runsOnlySoManyCommandsAhead() throws Exception {
        try (RouterFixture router = RouterFixture.start(SharedCluster.get().servers(), "monitor: {timeout: 20s}")
                        .ready();
                MySqlWire wire = new MySqlWire(router.port())) {
            wire.socket().setReceiveBufferSize(64 << 10);
            assertThat(wire.login()[0]).isZero();
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send(wire));

            AtomicLong before = new AtomicLong(-1);
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(() -> {
                        long now = queries(router);
                        return before.getAndSet(now) == now && now > 0;
                    });
            assertThat(before.get()).isLessThan(COMMANDS);

            for (int i = 0; i < COMMANDS; i++) {
                assertThat(wire.readValue()).endsWith("#" + i + ANSWER);
            }
            sender.join();
            assertThat(queries(router)).isEqualTo(COMMANDS);
        }
    }

    private static void send(MySqlWire wire) {
        try {
            for (int i = 0; i < COMMANDS; i++) {
                wire.query("SELECT CONCAT('#', " + i + ", REPEAT('x', " + ANSWER.length() + "))");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long queries(RouterFixture router) throws IOException, InterruptedException {
        return (long) SightIT.metric(router, "dbrouter_commands_total{command=\"query\"}");
    }
}
