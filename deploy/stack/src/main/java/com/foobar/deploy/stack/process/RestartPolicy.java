package com.foobar.deploy.stack.process;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * When a process that died by itself is started again: after 0.5 s, then twice as long for each death within the latest
 * minute, and no more after the fifth. For one thread.
 */
final class RestartPolicy {
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_DEATHS = 5;

    private final Deque<Instant> deaths = new ArrayDeque<>();

    /** How long to wait before the next start; empty when it is to stay down. */
    Optional<Duration> diedAt(Instant now) {
        while (!deaths.isEmpty() && deaths.peekFirst().isBefore(now.minus(WINDOW))) {
            deaths.removeFirst();
        }
        deaths.addLast(now);
        return deaths.size() >= MOST_DEATHS
                ? Optional.empty()
                : Optional.of(FIRST_DELAY.multipliedBy(1L << (deaths.size() - 1)));
    }
}
