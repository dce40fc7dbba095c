package com.foobar.app.auth;

import com.foobar.app.config.RegistrationLimitSettings;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how much work with passwords strangers can cause: registrations are counted for an address, over a window that begins with the
 * first. One counts from its beginning, whether it succeeds or not, so that many at the same time are no way around. Counted by this
 * instance for itself, and in a bounded space, as in {@link LoginLimits}. Safe from any thread.
 */
public final class RegistrationLimits {
    private final InstantSource clock;
    private final AttemptCounters addresses;

    public RegistrationLimits(RegistrationLimitSettings settings, InstantSource clock) {
        this.clock = clock;
        this.addresses =
                new AttemptCounters(settings.address(), settings.window().toMillis());
    }

    /** One registration. */
    public static final class Attempt {
        private final Duration wait;
        private final AttemptKey network;
        private final AttemptCounters.@Nullable Counter counter;

        private Attempt(Duration wait, AttemptKey network, AttemptCounters.@Nullable Counter counter) {
            this.wait = wait;
            this.network = network;
            this.counter = counter;
        }

        /** Zero if it may be made; otherwise how long to wait, and then it does not count. */
        public Duration mustWait() {
            return wait;
        }
    }

    /** @param address of the client */
    public Attempt begin(String address) {
        return begin(AttemptKey.of(ClientNetwork.of(address)));
    }

    private synchronized Attempt begin(AttemptKey network) {
        long now = clock.millis();
        long wait = addresses.wait(network, now);
        return wait > 0
                ? new Attempt(Duration.ofMillis(wait), network, null)
                : new Attempt(Duration.ZERO, network, addresses.add(network, now));
    }

    /** It has ended before there was any work with its password. */
    public synchronized void undone(Attempt attempt) {
        addresses.takeBack(attempt.network, attempt.counter);
    }
}
