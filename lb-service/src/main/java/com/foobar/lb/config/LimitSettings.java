package com.foobar.lb.config;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;

/**
 * What a client may cost, for each frontend.
 *
 * @param maxconn connections at the same time; the next are closed at once
 * @param head of request line and fields together; then 431
 * @param fields of a head; then 431
 * @param target of the request target; then 414
 * @param body of a request; then 413
 * @param requestsPerConnection after which a connection is closed politely
 * @param concurrentStreams requests at the same time on one HTTP/2 connection
 * @param glitchesThreshold frames that nothing calls for, or that break the rules, of one HTTP/2 connection in a minute; then it is ended
 * @param bodyRate of a request's body per second, on average; then 408
 * @param extendedConnect whether WebSockets may come as streams of HTTP/2 (RFC 8441)
 */
public record LimitSettings(
        @Default("10000")
        @Range(min = "1", max = "1000000")
        @Description("connections of a frontend; the next are closed at once")
        int maxconn,

        @Default("16KiB") @Range(min = "1KiB", max = "1MiB") @Description("request line and fields together; then 431")
        ByteSize head,

        @Default("100") @Range(min = "1", max = "10000") @Description("fields of a request; then 431")
        int fields,

        @Default("8KiB") @Range(min = "256B", max = "1MiB") @Description("request target; then 414")
        ByteSize target,

        @Default("64MiB") @Range(min = "0B", max = "1024GiB") @Description("body of a request; then 413")
        ByteSize body,

        @Default("100000")
        @Range(min = "1", max = "1000000000")
        @Description("requests after which a connection is closed politely")
        int requestsPerConnection,

        @Default("100")
        @Range(min = "1", max = "10000")
        @Description("requests at the same time on one HTTP/2 connection")
        int concurrentStreams,

        @Default("1000")
        @Range(min = "10", max = "1000000")
        @Description("frames without need, or in error, of one HTTP/2 connection in a minute; then GOAWAY")
        int glitchesThreshold,

        @Default("240B")
        @Range(min = "0B", max = "1GiB")
        @Description("bytes of a request's body per second, on average after timeouts.body; then 408. 0B: any rate")
        ByteSize bodyRate,

        @Default("true") @Description("whether WebSockets may come as streams of HTTP/2 (RFC 8441)")
        boolean extendedConnect) {

    public LimitSettings {
        if (target.bytes() > head.bytes()) {
            throw new IllegalArgumentException("target: " + target + " (expected: at most head, " + head + ")");
        }
    }
}
