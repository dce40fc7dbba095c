package com.foobar.http.proxy;

import com.foobar.http.message.Method;

/**
 * Whether a request that failed may be sent once more (RFC 9110 §9.2.2): only while the client has got nothing of an answer and everything of the request can be sent again, and, once
 * a server may have seen it, only if doing it twice does no harm.
 *
 * @param attempts at one request altogether
 * @param on the failures that are worth it
 */
record RetryPolicy(int attempts, RetryOn on) {
    /** @param made attempts so far */
    boolean afterConnectFailure(int made, boolean replayable) {
        return on.connFailure() && made < attempts && replayable;
    }

    /**
     * Whether the same server is asked once more, by a new connection. The one that the request went by had been kept, and the server closed it, which says nothing of how it would have
     * answered (RFC 9112 §9.3.1): so that is no retry as settings mean it, and neither their number nor their budget matters.
     */
    boolean afterStaleConnection(boolean replayable, Method method, UpstreamFailure failure) {
        return failure.stale() && replayable && method.idempotent();
    }

    /**
     * As {@link #afterConnectFailure}, where the connection was to take the place of a stale one: that this was closed without an answer counts as well.
     *
     * @param made attempts so far
     */
    boolean afterRefusedRenewal(int made, boolean replayable, Method method) {
        return afterConnectFailure(made, replayable) || (on.emptyResponse() && again(made, replayable, method));
    }

    /** @param made attempts so far */
    boolean afterFailure(int made, boolean replayable, Method method, UpstreamFailure failure) {
        if (failure.unprocessed()) {
            return afterConnectFailure(made, replayable);
        }
        boolean worth;
        if (failure.timeout()) {
            worth = on.responseTimeout();
        } else {
            worth = failure.malformed() ? on.junkResponse() : on.emptyResponse();
        }
        return worth && again(made, replayable, method);
    }

    /** @param made attempts so far */
    boolean afterStatus(int made, boolean replayable, Method method, int status) {
        return status >= 400 && on.statuses().contains(status) && again(made, replayable, method);
    }

    private boolean again(int made, boolean replayable, Method method) {
        return made < attempts && replayable && method.idempotent();
    }
}
