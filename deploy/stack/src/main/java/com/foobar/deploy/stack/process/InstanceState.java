package com.foobar.deploy.stack.process;

/**
 * Where an instance is in its life.
 *
 * <pre>
 *   STOPPED ──start──► STARTING ──ready──► READY ◄──────► NOT_READY
 *      ▲                 │   ▲               │                │
 *      │                 │   └──── died, restarted ───────────┤
 *      │                 ├──── died too often, or refused to start ──► FAILED
 *      └── ended ── STOPPING ◄──── stop, kill ──────┘
 * </pre>
 */
public enum InstanceState {
    /** Not running, because somebody wanted so. */
    STOPPED,
    /** Started, not ready yet; or waiting to be started again after it died. */
    STARTING,
    READY,
    /** Was ready, runs, and is not ready now. */
    NOT_READY,
    STOPPING,
    /** Not running, and given up until somebody starts it. */
    FAILED;

    /** Whether somebody may start it. */
    public boolean isDown() {
        return this == STOPPED || this == FAILED;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
