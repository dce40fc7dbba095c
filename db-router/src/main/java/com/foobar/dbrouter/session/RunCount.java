package com.foobar.dbrouter.session;

import com.foobar.dbrouter.metrics.DigestStats;
import com.foobar.dbrouter.metrics.RouterMetrics;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.routing.RouteReason;
import org.jspecify.annotations.Nullable;

/** What is counted of one run. Belongs to the session's event loop. */
final class RunCount {
    private final RouterMetrics metrics;
    private final long startedAt = System.nanoTime();
    private @Nullable DigestStats digest;
    private Enum<?> reason = RouteReason.EMPTY;

    RunCount(RouterMetrics metrics) {
        this.metrics = metrics;
    }

    /** It is an execution of that statement. */
    void isOf(DigestStats statement) {
        digest = statement;
    }

    void sent(String server, boolean primary, Enum<?> because) {
        reason = because;
        metrics.sent(server, primary, because);
    }

    void answered(String server, ResponseTracker answer) {
        long nanos = System.nanoTime() - startedAt;
        metrics.completed(server, nanos);
        if (digest != null) {
            digest.ran(server, reason, nanos, answer.rows(), answer.error() != null);
        }
    }

    /** @param kind from a closed list */
    void refused(String kind) {
        metrics.error(kind);
        if (digest != null) {
            digest.refused();
        }
    }

    double seconds() {
        return (System.nanoTime() - startedAt) / 1e9;
    }

    /** The statement without its values; empty for other commands. */
    String text() {
        return digest == null ? "" : digest.text();
    }
}
