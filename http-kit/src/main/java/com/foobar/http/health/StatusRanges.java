package com.foobar.http.health;

import com.foobar.http.backend.HealthCheckSettings;
import java.util.BitSet;

/** HTTP statuses, written as {@code 200-299,401}. */
final class StatusRanges {
    private final BitSet statuses = new BitSet(600);

    private StatusRanges() {}

    /** @param text as {@link HealthCheckSettings} has checked it */
    static StatusRanges parse(String text) {
        StatusRanges ranges = new StatusRanges();
        for (String range : text.split(",")) {
            String[] ends = range.strip().split("-");
            ranges.statuses.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return ranges;
    }

    boolean contain(int status) {
        return statuses.get(status);
    }
}
