package com.foobar.http.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Requests that wait for the same, in the order they came. Guarded by the admission's lock, but for its length. */
final class WaitingLine {
    private final TreeMap<Long, WaitingRequest> requests = new TreeMap<>();
    /** For other threads. */
    private volatile int length;

    private volatile int longest;

    int length() {
        return length;
    }

    /** The most there have been at a time. */
    int longest() {
        return longest;
    }

    @Nullable
    WaitingRequest first() {
        Map.Entry<Long, WaitingRequest> first = requests.firstEntry();
        return first == null ? null : first.getValue();
    }

    void add(WaitingRequest request) {
        requests.put(request.number(), request);
        length = requests.size();
        longest = Math.max(longest, length);
    }

    void remove(WaitingRequest request) {
        requests.remove(request.number());
        length = requests.size();
    }

    List<WaitingRequest> removeAll() {
        List<WaitingRequest> all = new ArrayList<>(requests.values());
        requests.clear();
        length = 0;
        return all;
    }
}
