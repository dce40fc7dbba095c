package com.foobar.dbrouter.session;

import com.foobar.dbrouter.metrics.DigestStats;
import com.foobar.dbrouter.metrics.RouterMetrics;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.routing.RouteReason;
import org.jspecify.annotations.Nullable;

/** What is counted of one run. Belongs to the session's event loop. */
final class RunCount {
    /** Of a short answer; a client may be slow to read more. */
    private static final long MOST_BYTES = 64 << 10;

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

    /** Whether it is one of those that others may wait behind. */
    boolean isShort() {
        return digest != null && digest.isShort();
    }

    /** What the answer shows of its kind. @param bytes of the answer */
    void worked(ServerConnection connection, ResponseTracker answer, long bytes) {
        if (digest == null) {
            return;
        }
        boolean plain = leavesNothing(answer) && bytes <= MOST_BYTES;
        if (connection.isTimed()) {
            digest.worked(System.nanoTime() - connection.workingSince(), plain, answer.rows());
        } else {
            digest.answered(plain, answer.rows());
        }
    }

    /** Others have not been able to wait for it. */
    void isMistrusted() {
        if (digest != null) {
            digest.isMistrusted();
        }
    }

    /** Whether nothing has come of the statement but its rows: no error, no warning, no change of the session. */
    static boolean leavesNothing(ResponseTracker answer) {
        return answer.error() == null && answer.warnings() == 0 && answer.hasStatus() && !answer.changesSession();
    }

    /** The session asks for the outcome of it. */
    void outcomeIsAsked() {
        if (digest != null) {
            digest.outcomeIsAsked();
        }
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
