package com.foobar.http.health;

/**
 * Turns a row of passed and failed checks into up or down (HAProxy's rise and fall, both consecutive). Not thread-safe.
 */
final class RiseFallCounter {
    private final int rise;
    private final int fall;
    private boolean up;
    /** Whether it has been up before. */
    private boolean known;
    /** Checks in a row that spoke against the present state. */
    private int against;

    /** Down, and up after the first passed check. */
    RiseFallCounter(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
    }

    /** Takes the result of a check and returns whether the server is up. */
    boolean record(boolean passed) {
        if (passed == up) {
            against = 0;
        } else if (++against >= needed()) {
            up = passed;
            known = true;
            against = 0;
        }
        return up;
    }

    private int needed() {
        if (up) {
            return fall;
        }
        // rise is for servers that come and go; one that only starts should not be kept waiting.
        return known ? rise : 1;
    }

    /** If up: one failed check from down. */
    void suspect() {
        if (up) {
            against = fall - 1;
        }
    }

    /** Down, whatever was before. */
    void markDown() {
        if (up) {
            up = false;
            against = 0;
        }
    }

    boolean isUp() {
        return up;
    }

    /** Whether the last check spoke against the present state, so that the next ones should come soon. */
    boolean isTransitional() {
        return against > 0;
    }
}
