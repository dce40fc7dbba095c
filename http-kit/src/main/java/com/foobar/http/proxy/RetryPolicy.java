package com.foobar.http.proxy;

import com.foobar.http.message.Method;

/**
 * Whether a request that failed may be sent once more (RFC 9110 §9.2.2): only while nothing of an answer has arrived and everything of the request can be sent again, and, once a
 * server may have seen it, only if doing it twice does no harm.
 *
 * @param attempts at one request altogether
 */
record RetryPolicy(int attempts) {
    /** @param made attempts so far */
    boolean afterConnectFailure(int made, boolean replayable) {
        return made < attempts && replayable;
    }

    /** @param made attempts so far */
    boolean afterFailure(int made, boolean replayable, Method method, UpstreamFailure failure) {
        return made < attempts && replayable && !failure.received() && !failure.timeout() && method.idempotent();
    }
}
