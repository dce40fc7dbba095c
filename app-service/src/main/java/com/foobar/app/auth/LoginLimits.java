package com.foobar.app.auth;

import com.foobar.app.config.LoginLimitSettings;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how often passwords can be guessed: failures are counted for an account and for an address, each over a window that
 * begins with the first. An attempt counts from its beginning, so that many at the same time are no way around; success takes it back.
 * Counted by this instance for itself, and in a bounded space: of too many accounts or addresses those with the fewest failures are
 * forgotten. Safe from any thread.
 */
public final class LoginLimits {
    private final InstantSource clock;
    private final AttemptCounters accounts;
    private final AttemptCounters addresses;

    public LoginLimits(LoginLimitSettings settings, InstantSource clock) {
        this.clock = clock;
        this.accounts =
                new AttemptCounters(settings.account(), settings.window().toMillis());
        this.addresses =
                new AttemptCounters(settings.address(), settings.window().toMillis());
    }

    /** One attempt, from {@link #begin} to its end. */
    public static final class Attempt {
        private final Duration wait;
        private final AttemptKey account;
        private final AttemptKey network;
        private final AttemptCounters.@Nullable Counter byAccount;
        private final AttemptCounters.@Nullable Counter byNetwork;

        private Attempt(
                Duration wait,
                AttemptKey account,
                AttemptKey network,
                AttemptCounters.@Nullable Counter byAccount,
                AttemptCounters.@Nullable Counter byNetwork) {
            this.wait = wait;
            this.account = account;
            this.network = network;
            this.byAccount = byAccount;
            this.byNetwork = byNetwork;
        }

        /** Zero if it may be made; otherwise how long to wait, and then it does not count. */
        public Duration mustWait() {
            return wait;
        }
    }

    /**
     * Begins an attempt, which is to be ended by {@link #succeeded} or {@link #undone} unless it failed.
     *
     * @param account what names the account, whether it exists or not
     * @param address of the client
     */
    public Attempt begin(String account, String address) {
        return begin(AttemptKey.of(account), network(address));
    }

    private synchronized Attempt begin(AttemptKey account, AttemptKey network) {
        long now = clock.millis();
        long wait = Math.max(accounts.wait(account, now), addresses.wait(network, now));
        if (wait > 0) {
            return new Attempt(Duration.ofMillis(wait), account, network, null, null);
        }
        return new Attempt(Duration.ZERO, account, network, accounts.add(account, now), addresses.add(network, now));
    }

    /** The attempt showed the right password: the account's failures are forgotten, those of the address are not. */
    public synchronized void succeeded(Attempt attempt) {
        accounts.forget(attempt.account);
        addresses.takeBack(attempt.network, attempt.byNetwork);
    }

    /** The attempt came to no verdict. */
    public synchronized void undone(Attempt attempt) {
        accounts.takeBack(attempt.account, attempt.byAccount);
        addresses.takeBack(attempt.network, attempt.byNetwork);
    }

    private static AttemptKey network(String address) {
        return AttemptKey.of(ClientNetwork.of(address));
    }
}
