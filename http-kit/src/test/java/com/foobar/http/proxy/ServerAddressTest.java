package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.settings.HostPort;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerAddressTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final EventLoop eventLoop = new DefaultEventLoop();
    private final Queue<Runnable> lookups = new ConcurrentLinkedQueue<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static ServerAddress address(String host, Executor resolver) {
        return new ServerAddress(new HostPort(host, 80), resolver);
    }

    private void ask(ServerAddress address, Duration timeout) {
        address.get(
                eventLoop,
                timeout,
                (found, problem) ->
                        answers.add(found == null ? problem : found.getHostString() + ":" + found.getPort()));
    }

    @Test
    void looksNothingUpForAnAddress() {
        ask(address("127.0.0.1", lookups::add), LONG);
        assertThat(answers).containsExactly("127.0.0.1:80");
        assertThat(lookups).isEmpty();
    }

    @Test
    void looksANameUpOnceForAllWhoAskMeanwhile() {
        ServerAddress address = address("localhost", lookups::add);
        ask(address, LONG);
        ask(address, LONG);
        assertThat(lookups).hasSize(1);
        lookups.remove().run();
        await().until(() -> answers.size() == 2);
        ask(address, LONG);
        assertThat(answers).containsExactly("localhost:80", "localhost:80", "localhost:80");
        assertThat(lookups).isEmpty();
    }

    @Test
    void doesNotWaitForANameForEver() {
        ServerAddress address = address("localhost", lookups::add);
        ask(address, Duration.ofMillis(50));
        await().until(() -> answers.size() == 1);
        assertThat(answers).containsExactly("no answer for the name localhost within 50 ms");
        lookups.remove().run();
        ask(address, LONG);
        assertThat(answers).contains("localhost:80");
    }

    @Test
    void saysSoWhenItIsStopping() {
        ask(
                address("localhost", task -> {
                    throw new RejectedExecutionException();
                }),
                LONG);
        await().until(() -> answers.size() == 1);
        assertThat(answers).containsExactly("stopping");
    }
}
