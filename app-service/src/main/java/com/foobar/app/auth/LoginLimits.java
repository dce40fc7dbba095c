package com.foobar.app.auth;

import com.foobar.app.config.LoginLimitSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds how often passwords can be guessed: failures are counted for an account and for an address, each over a window that
 * begins with the first. An attempt counts from its beginning, so that many at the same time are no way around; success takes it back.
 * Counted by this instance for itself, and in a bounded space: of too many keys those used longest ago are forgotten. Safe from
 * any thread.
 */
public final class LoginLimits {
    private static final int MAX_KEYS = 50_000;

    private final LoginLimitSettings settings;
    private final InstantSource clock;
    private final Counters accounts = new Counters();
    private final Counters addresses = new Counters();

    public LoginLimits(LoginLimitSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Begins an attempt, which is to be ended by {@link #succeeded} or {@link #undone} unless it failed.
     *
     * @param account what names the account, whether it exists or not
     * @param address of the client
     * @return zero if it may be made; otherwise how long to wait, and then it does not count
     */
    public synchronized Duration begin(String account, String address) {
        long now = clock.millis();
        String network = ClientNetwork.of(address);
        long wait = Math.max(
                accounts.wait(account, settings.account(), now), addresses.wait(network, settings.address(), now));
        if (wait > 0) {
            return Duration.ofMillis(wait);
        }
        accounts.add(account, settings.account(), now);
        addresses.add(network, settings.address(), now);
        return Duration.ZERO;
    }

    /** The attempt showed the right password: the account's failures are forgotten, those of the address are not. */
    public synchronized void succeeded(String account, String address) {
        accounts.forget(account);
        addresses.takeBack(ClientNetwork.of(address));
    }

    /** The attempt came to no verdict. */
    public synchronized void undone(String account, String address) {
        accounts.takeBack(account);
        addresses.takeBack(ClientNetwork.of(address));
    }

    private static final class Counter {
        private final long ends;
        private int attempts;

        Counter(long ends) {
            this.ends = ends;
        }
    }

    /** Guarded by the lock of the limits. */
    private final class Counters {
        private final Map<String, Counter> byKey = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Counter> eldest) {
                return size() > MAX_KEYS;
            }
        };

        long wait(String key, int limit, long now) {
            Counter counter = byKey.get(key);
            return limit > 0 && counter != null && counter.attempts >= limit ? Math.max(0, counter.ends - now) : 0;
        }

        void add(String key, int limit, long now) {
            if (limit == 0) {
                return;
            }
            Counter counter = byKey.get(key);
            if (counter == null || counter.ends <= now) {
                counter = new Counter(now + settings.window().toMillis());
                byKey.put(key, counter);
            }
            counter.attempts++;
        }

        void takeBack(String key) {
            Counter counter = byKey.get(key);
            if (counter != null && counter.attempts > 0) {
                counter.attempts--;
            }
        }

        void forget(String key) {
            byKey.remove(key);
        }
    }
}
