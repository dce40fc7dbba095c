package com.foobar.web.cache;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those who wait for what comes of a fetch that another began. Thread-safe. */
final class Followers {
    /** Guarded by this. Null once it is known what comes of it. */
    private @Nullable List<Exchange> waiting = new ArrayList<>(2);

    /** Has the exchange told what comes of it, by {@link Exchange#joined}; false if that is known already. */
    synchronized boolean add(Exchange exchange) {
        List<Exchange> current = waiting;
        return current != null && current.add(exchange);
    }

    synchronized void remove(Exchange exchange) {
        List<Exchange> current = waiting;
        if (current != null) {
            current.remove(exchange);
        }
    }

    synchronized boolean isEmpty() {
        List<Exchange> current = waiting;
        return current == null || current.isEmpty();
    }

    /** Tells all of them; only the first call does anything. */
    void tell(Outcome outcome) {
        List<Exchange> told;
        synchronized (this) {
            told = waiting;
            waiting = null;
        }
        if (told != null) {
            told.forEach(exchange -> exchange.joined(outcome));
        }
    }
}
