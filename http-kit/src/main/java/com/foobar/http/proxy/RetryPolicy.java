package com.foobar.http.proxy;

import com.foobar.http.message.Method;

/**
 * Whether a request that failed may be sent once more (RFC 9110 §9.2.2): only while the client has got nothing of an answer and everything of the request can be sent again, and, once
 * a server may have seen it, only if doing it twice does no harm. A server that was too slow, or whose answer was no HTTP, is not worth a second load.
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
        return made < attempts && replayable && method.idempotent() && !failure.timeout() && !failure.malformed();
    }
}
