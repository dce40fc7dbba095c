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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerAddressTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final EventLoop eventLoop = new DefaultEventLoop();
    private final Queue<Runnable> lookups = new ConcurrentLinkedQueue<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void stop() {
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private ServerAddress address(String host, Executor resolver) {
        return new ServerAddress(new HostPort(host, 80), resolver, nanos::get);
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

    /** One that has been looked up so many seconds ago. */
    private ServerAddress known(int seconds) {
        ServerAddress address = address("localhost", lookups::add);
        ask(address, LONG);
        lookups.remove().run();
        await().until(() -> answers.size() == 1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        return address;
    }

    @Test
    void usesTheLastAnswerWhileItLooksForANewOne() {
        ServerAddress address = known(11);
        ask(address, LONG);
        ask(address, LONG);
        assertThat(answers).hasSize(3);
        assertThat(lookups).hasSize(1);
        lookups.remove().run();
        ask(address, LONG);
        assertThat(lookups).isEmpty();
    }

    @Test
    void waitsForANewAnswerWhereTheLastOneIsOld() {
        ServerAddress address = known(61);
        ask(address, LONG);
        ask(address, LONG);
        assertThat(answers).hasSize(1);
        assertThat(lookups).hasSize(1);
        lookups.remove().run();
        await().until(() -> answers.size() == 3);
        ask(address, LONG);
        assertThat(answers).hasSize(4).containsOnly("localhost:80");
    }

    @Test
    void usesAnOldAnswerWhereThereIsNoNewOne() {
        ServerAddress address = known(61);
        ask(address, Duration.ofMillis(50));
        await().until(() -> answers.size() == 2);
        assertThat(answers).containsOnly("localhost:80");
        assertThat(lookups).hasSize(1);
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
