package com.foobar.kit;

import org.jspecify.annotations.Nullable;

/**
 * Whether work should be sent to an instance.
 *
 * @param reason why not; null when ready
 */
public record Readiness(@Nullable String reason) {
    private static final Readiness READY = new Readiness(null);

    /** Send work. */
    public static Readiness ready() {
        return READY;
    }

    /**
     * Send no work.
     *
     * @param reason for an operator: what is missing, and which neighbours were tried
     */
    public static Readiness notReady(String reason) {
        return new Readiness(reason);
    }

    /** Whether work should be sent. */
    public boolean isReady() {
        return reason == null;
    }
}
