package com.foobar.http.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for any server of a backend, but for those that failed them before. They stand in one line for each set of such servers, of which there are few, so that the oldest
 * one that takes a server is found by a look at the head of each line. Guarded by the admission's lock, but for its length.
 */
final class BackendQueue {
    private final Map<Set<BackendServer>, WaitingLine> lines = new HashMap<>();
    /** For other threads. */
    private final AtomicInteger length = new AtomicInteger();

    private volatile int longest;

    int length() {
        return length.get();
    }

    /** The most there have been at a time. */
    int longest() {
        return longest;
    }

    void add(WaitingRequest request) {
        lines.computeIfAbsent(request.unwanted(), key -> new WaitingLine()).add(request);
        longest = Math.max(longest, length.incrementAndGet());
    }

    void remove(WaitingRequest request) {
        WaitingLine line = lines.get(request.unwanted());
        if (line != null) {
            line.remove(request);
            if (line.length() == 0) {
                lines.remove(request.unwanted());
            }
            length.decrementAndGet();
        }
    }

    /** The oldest that takes a place with that server. */
    @Nullable
    WaitingRequest oldestFor(BackendServer server) {
        WaitingRequest oldest = null;
        for (Map.Entry<Set<BackendServer>, WaitingLine> line : lines.entrySet()) {
            if (!line.getKey().contains(server)) {
                oldest = WaitingRequest.older(oldest, line.getValue().first());
            }
        }
        return oldest;
    }

    /** Those who wait for other servers than there are in rotation take any from now on: a server that failed them is better than none. */
    void contentHopeless(Backend backend) {
        List<Set<BackendServer>> hopeless = new ArrayList<>();
        for (Set<BackendServer> unwanted : lines.keySet()) {
            if (!unwanted.isEmpty() && !backend.hasServer(unwanted)) {
                hopeless.add(unwanted);
            }
        }
        for (Set<BackendServer> unwanted : hopeless) {
            WaitingLine line = lines.remove(unwanted);
            if (line != null) {
                for (WaitingRequest request : line.removeAll()) {
                    length.decrementAndGet();
                    request.contentItself();
                    add(request);
                }
            }
        }
    }
}
