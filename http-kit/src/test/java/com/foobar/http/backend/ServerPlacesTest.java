package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.settings.HostPort;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerPlacesTest {
    private static final int ROUNDS = 2_000;

    private final ServerPlaces places =
            new ServerPlaces(new BackendServer("web-1", new HostPort("127.0.0.1", 8101), 1, Clock.systemUTC()), 1, 1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    /** Written before, and read after, {@link #ended}. */
    private boolean otherGotIt;

    /** One gives the only place back and wants it again, another one wants it meanwhile: one of them gets it. */
    @Test
    void refusesNobodyWhileAPlaceIsFree() throws InterruptedException {
        Thread other = new Thread(this::want);
        other.start();
        try {
            assertThat(places.take()).isTrue();
            for (int round = 1; round <= ROUNDS; round++) {
                begun.set(round);
                places.giveBack();
                boolean gotIt = places.take();
                while (ended.get() < round) {
                    Thread.onSpinWait();
                }
                assertThat(gotIt != otherGotIt)
                        .as("one has it in round " + round)
                        .isTrue();
            }
        } finally {
            other.interrupt();
            other.join();
        }
    }

    private void want() {
        for (int round = 1; round <= ROUNDS; round++) {
            while (begun.get() < round) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                Thread.onSpinWait();
            }
            otherGotIt = places.take();
            ended.set(round);
        }
    }
}
