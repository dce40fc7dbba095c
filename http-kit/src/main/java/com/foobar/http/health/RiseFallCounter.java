package com.foobar.http.health;

/**
 * Turns a row of passed and failed checks into up or down (HAProxy's rise and fall, both consecutive). Not thread-safe.
 */
final class RiseFallCounter {
    private final int rise;
    private final int fall;
    private boolean up;
    /** Checks in a row that spoke against the present state. */
    private int against;

    /** Down, and up after the first passed check. */
    RiseFallCounter(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
        this.against = rise - 1;
    }

    /** Takes the result of a check and returns whether the server is up. */
    boolean record(boolean passed) {
        if (passed == up) {
            against = 0;
        } else if (++against >= (up ? fall : rise)) {
            up = passed;
            against = 0;
        }
        return up;
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
