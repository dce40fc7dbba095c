package com.foobar.deploy.load.settings;

/**
 * How long answers may take before the run fails.
 *
 * @param p95 milliseconds that 95 % of all answers may take at most
 * @param p99 milliseconds that 99 % of all answers may take at most, not less than {@code p95}
 */
public record Limit(int p95, int p99) {
    @Override
    public String toString() {
        return p95 + "/" + p99;
    }
}
