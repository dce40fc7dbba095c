package com.foobar.http.proxy;

/**
 * Why a connection to a server gave no complete response.
 *
 * @param timeout whether the server was too slow; otherwise it closed, or sent what is no response
 * @param received whether any byte of a response had arrived
 * @param unprocessed whether it is certain that the server did nothing with the request, so that any method may be sent again (RFC 9113 §8.7)
 * @param tooLarge whether the request was not sent, being more than the server takes: the client's fault
 * @param stale whether the connection had been kept from before and was closed before any byte of a response: as servers do with idle ones, whatever arrives meanwhile
 * @param reason for people
 */
record UpstreamFailure(
        boolean timeout,
        boolean received,
        boolean malformed,
        boolean unprocessed,
        boolean tooLarge,
        boolean stale,
        String reason) {
    static UpstreamFailure timeout(boolean received) {
        return new UpstreamFailure(true, received, false, false, false, false, "the server was too slow");
    }

    /** @param kept whether the connection had been idle before */
    static UpstreamFailure closed(boolean received, boolean kept) {
        return closed(
                received,
                kept,
                received ? "connection closed in the middle of the response" : "connection closed before the response");
    }

    /** @param kept whether the connection had been idle before */
    static UpstreamFailure closed(boolean received, boolean kept, String reason) {
        return new UpstreamFailure(false, received, false, false, false, kept && !received, reason);
    }

    static UpstreamFailure broken(boolean received, String reason) {
        return new UpstreamFailure(false, received, false, false, false, false, reason);
    }

    static UpstreamFailure malformed(String reason) {
        return new UpstreamFailure(false, true, true, false, false, false, "malformed response: " + reason);
    }

    static UpstreamFailure unprocessed(String reason) {
        return new UpstreamFailure(false, false, false, true, false, false, reason);
    }

    static UpstreamFailure tooLarge(String reason) {
        return new UpstreamFailure(false, false, false, false, true, false, reason);
    }
}
