package com.foobar.app.infrastructure;

import java.util.HashMap;
import java.util.Map;

/** Compares MariaDB's positions: {@code domain-server-sequence}, comma between domains; the sequence counts within its domain. */
final class MariaDbPosition {
    private MariaDbPosition() {}

    /**
     * Whether who is at one position has every transaction of the other.
     *
     * @throws IllegalArgumentException for what is no position
     */
    static boolean contains(String position, String other) {
        Map<String, Long> reached = sequences(position);
        return sequences(other).entrySet().stream()
                .allMatch(domain -> reached.getOrDefault(domain.getKey(), 0L) >= domain.getValue());
    }

    private static Map<String, Long> sequences(String position) {
        Map<String, Long> sequences = new HashMap<>();
        for (String gtid : position.split(",", -1)) {
            if (gtid.isBlank()) {
                continue;
            }
            String[] parts = gtid.strip().split("-", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("position: " + position + " (expected: domain-server-sequence,…)");
            }
            sequences.merge(parts[0], Long.parseLong(parts[2]), Math::max);
        }
        return sequences;
    }
}
