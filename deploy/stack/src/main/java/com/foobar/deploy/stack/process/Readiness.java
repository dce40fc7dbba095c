package com.foobar.deploy.stack.process;

/**
 * What a running program answered when asked whether it is ready.
 *
 * @param reason why not; empty when ready
 */
public record Readiness(boolean isReady, String reason) {
    public static Readiness ready() {
        return new Readiness(true, "");
    }

    public static Readiness notReady(String reason) {
        return new Readiness(false, reason);
    }
}
