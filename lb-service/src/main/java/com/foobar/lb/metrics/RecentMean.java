package com.foobar.lb.metrics;

/**
 * HAProxy's sliding mean of the last 1,024 or so values (its {@code swrate}): each value has 1/1,024th of the weight of all, and of the first 1,024 all have the same. Told from a count and
 * a sum that are looked at now and then. Looked at on one event loop, read from any thread.
 */
final class RecentMean {
    private static final int VALUES = 1024;

    private long countBefore;
    private double sumBefore;
    private volatile double mean;

    /**
     * @param count of all values
     * @param sum of all values
     */
    void look(long count, double sum) {
        long more = count - countBefore;
        if (more > 0) {
            double kept = count <= VALUES ? 1 - more / (double) count : Math.pow(1 - 1.0 / VALUES, (double) more);
            mean = mean * kept + (sum - sumBefore) / more * (1 - kept);
            countBefore = count;
            sumBefore = sum;
        }
    }

    /** 0 before the first value. */
    double mean() {
        return mean;
    }
}
