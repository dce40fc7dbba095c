package com.foobar.http.proxy;

/**
 * Why a connection to a server gave no complete response.
 *
 * @param timeout whether the server was too slow; otherwise it closed, or sent what is no response
 * @param received whether any byte of a response had arrived
 * @param unprocessed whether it is certain that the server did nothing with the request, so that any method may be sent again (RFC 9113 §8.7)
 * @param reason for people
 */
record UpstreamFailure(boolean timeout, boolean received, boolean malformed, boolean unprocessed, String reason) {
    static UpstreamFailure timeout(boolean received) {
        return new UpstreamFailure(true, received, false, false, "the server was too slow");
    }

    static UpstreamFailure closed(boolean received) {
        return new UpstreamFailure(
                false,
                received,
                false,
                false,
                received ? "connection closed in the middle of the response" : "connection closed before the response");
    }

    static UpstreamFailure broken(boolean received, String reason) {
        return new UpstreamFailure(false, received, false, false, reason);
    }

    static UpstreamFailure malformed(String reason) {
        return new UpstreamFailure(false, true, true, false, "malformed response: " + reason);
    }

    static UpstreamFailure unprocessed(String reason) {
        return new UpstreamFailure(false, false, false, true, reason);
    }
}
