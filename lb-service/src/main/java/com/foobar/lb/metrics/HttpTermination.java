package com.foobar.lb.metrics;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.SessionCookie;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended, by HAProxy's letters (its manual, §8.5): who ended it, in which phase, what the client's persistence cookie was, and what was done with it in
 * the response.
 */
final class HttpTermination {
    private HttpTermination() {}

    /** {@code ----} where all went well, and without persistence cookies. */
    static String of(RequestRecord record) {
        ProxyError error = record.error();
        return (error == null ? whenAnswered(record) : whenFailed(error, phase(record, error))) + persistence(record);
    }

    /** {@code --} where the backend keeps no client at a server. */
    private static String persistence(RequestRecord record) {
        SessionCookie cookie = record.sessionCookie();
        if (cookie == null) {
            return "--";
        }
        String given =
                switch (cookie) {
                    case NONE -> "N";
                    case INVALID -> "I";
                    case DOWN -> "D";
                    case VALID -> "V";
                };
        return given + (record.sessionBegun() ? "I" : "N");
    }

    /** {@code LR}: answered here, as a redirect is. */
    private static String whenAnswered(RequestRecord record) {
        return record.backend() == null ? "LR" : "--";
    }

    /** Whether the answer that the client got is the server's, and was broken off. */
    private static boolean hasBegun(RequestRecord record, @Nullable ProxyError error) {
        return record.firstByteNanos() > 0 && (error == null || error.status() != record.status());
    }

    /** {@code D}: the answer had begun; {@code H}: it was waited for; {@code Q}: a server was. */
    private static char phase(RequestRecord record, ProxyError error) {
        if (hasBegun(record, error)) {
            return 'D';
        }
        return record.server() == null || record.isQueued() ? 'Q' : 'H';
    }

    private static String whenFailed(ProxyError error, char phase) {
        boolean begun = phase == 'D';
        if (error instanceof ProxyError.ClientGone) {
            return "C" + phase;
        }
        if (error instanceof ProxyError.TotalTimeout total) {
            return (total.clientAwaited() ? "c" : "s") + phase;
        }
        if (error instanceof ProxyError.ClientStalled) {
            return "cD";
        }
        if (error instanceof ProxyError.HeadTimeout) {
            return "cR";
        }
        if (error instanceof ProxyError.BodyTimeout || error instanceof ProxyError.BodyTooSlow) {
            return begun ? "cD" : "cH";
        }
        if (error instanceof ProxyError.QueueExhausted) {
            return "sQ";
        }
        if (error instanceof ProxyError.ConnectFailed failed) {
            return failed.timedOut() ? "sC" : "SC";
        }
        if (error instanceof ProxyError.NoServer) {
            return "SC";
        }
        if (error instanceof ProxyError.ServerTimeout) {
            return begun ? "sD" : "sH";
        }
        if (error instanceof ProxyError.BadResponse) {
            return begun ? "SD" : "SH";
        }
        if (error instanceof ProxyError.Internal) {
            return begun ? "ID" : "IH";
        }
        // Refused by us: malformed, too large, not allowed, too much, stopping.
        return "PR";
    }
}
