package com.foobar.http.backend;

/**
 * What a live request that failed for want of its server does to that server's health, by HAProxy's names for its setting
 * {@code on-error}. Each has the server checked at once.
 */
public enum OnError {
    /** Nothing but the check. */
    FASTINTER,
    /** Counts as one failed check. */
    FAIL_CHECK,
    /** Counts as all the failed checks but the last: if the check that follows fails too, the server is down. */
    SUDDEN_DEATH,
    /** The server is down, until checks say otherwise. */
    MARK_DOWN
}
