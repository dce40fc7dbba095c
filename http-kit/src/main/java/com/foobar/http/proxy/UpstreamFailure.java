package com.foobar.http.proxy;

/**
 * Why a connection to a server gave no complete response.
 *
 * @param timeout whether the server was too slow; otherwise it closed, or sent what is no response
 * @param received whether any byte of a response had arrived
 * @param unprocessed whether it is certain that the server did nothing with the request, so that any method may be sent again (RFC 9113 §8.7)
 * @param tooLarge whether the request was not sent, being more than the server takes: the client's fault
 * @param reason for people
 */
record UpstreamFailure(
        boolean timeout, boolean received, boolean malformed, boolean unprocessed, boolean tooLarge, String reason) {
    static UpstreamFailure timeout(boolean received) {
        return new UpstreamFailure(true, received, false, false, false, "the server was too slow");
    }

    static UpstreamFailure closed(boolean received) {
        return new UpstreamFailure(
                false,
                received,
                false,
                false,
                false,
                received ? "connection closed in the middle of the response" : "connection closed before the response");
    }

    static UpstreamFailure broken(boolean received, String reason) {
        return new UpstreamFailure(false, received, false, false, false, reason);
    }

    static UpstreamFailure malformed(String reason) {
        return new UpstreamFailure(false, true, true, false, false, "malformed response: " + reason);
    }

    static UpstreamFailure unprocessed(String reason) {
        return new UpstreamFailure(false, false, false, true, false, reason);
    }

    static UpstreamFailure tooLarge(String reason) {
        return new UpstreamFailure(false, false, false, false, true, reason);
    }
}
