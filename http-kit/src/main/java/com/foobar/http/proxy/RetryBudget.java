package com.foobar.http.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What retries and hedges of a backend may add to its load: a share of the requests of the last ten seconds and a few per second in addition. Without a bound, servers that fail because
 * they are overloaded would get several times the load. Of requests for which no connection could be made nobody has had work: their retries are free.
 *
 * <p>What is not spent fades over the same ten seconds. A request costs one increment here; the rest is worked out when somebody wants a retry. Thread-safe.
 */
final class RetryBudget {
    private static final double WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final double share;
    private final double minimumPerNano;
    private final LongSupplier nanoTime;
    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();
    /** Guarded by this object's lock, as the two below. */
    private double available;

    private long requestsBefore;
    private long nanosBefore;

    RetryBudget(RetrySettings.Budget settings, LongSupplier nanoTime) {
        this.share = settings.percent() / 100.0;
        this.minimumPerNano = settings.minimum() / (double) TimeUnit.SECONDS.toNanos(1);
        this.nanoTime = nanoTime;
        this.available = minimumPerNano * WINDOW_NANOS;
        this.nanosBefore = nanoTime.getAsLong();
    }

    /** A request has come: others may be retried for it. */
    void requestBegan() {
        requests.increment();
    }

    /** Takes a retry out of the budget, if there is one. */
    boolean withdraw() {
        boolean granted = take();
        if (!granted) {
            refused.increment();
        }
        return granted;
    }

    private synchronized boolean take() {
        refill();
        if (available < 1) {
            return false;
        }
        available--;
        return true;
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        long requestsNow = requests.sum();
        double elapsed = now - nanosBefore;
        if (elapsed <= 0) {
            return;
        }
        double fresh = (requestsNow - requestsBefore) * Math.min(1, WINDOW_NANOS / elapsed);
        available = available * Math.max(0, 1 - elapsed / WINDOW_NANOS)
                + share * fresh
                + minimumPerNano * Math.min(elapsed, WINDOW_NANOS);
        requestsBefore = requestsNow;
        nanosBefore = now;
    }

    /** Retries that would be granted now. */
    synchronized long available() {
        refill();
        return (long) available;
    }

    /** Retries that were not granted. */
    long refused() {
        return refused.sum();
    }
}
