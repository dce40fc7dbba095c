package com.foobar.app.config;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * The traffic port.
 *
 * @param listen where the API is served, HTTP/1.1 without TLS; port 0 takes a free one
 * @param eventLoops 0 to 64: threads that serve requests; 0 takes one per processor
 * @param idleTimeout 1 s to 10 min: a connection without traffic is closed; longer than the tier before keeps its idle
 *     connections, so that this side is never the one that closes just when a request is on its way
 * @param maxHeader 1 KiB to 256 KiB: request line and header fields together; more than the tier before accepts
 * @param maxBody 1 KiB to 16 MiB: request body
 * @param maxBodies 1 KiB to 1 GiB, at least {@code maxBody}: request bodies that are held at a time, of all requests together, from their
 *     first byte to the answer; each takes up to four times as much memory
 * @param bodyTimeout 1 s to 1 h: time for a request body, from its head
 * @param maxJsonDepth 3 to 1000: nesting of objects and lists in a request body
 * @param sharedReadWait 0 to 10 s: how long a GET waits at most for the same one under way, before it is carried out together with those
 *     that came meanwhile; 0: each is carried out by itself
 */
public record HttpSettings(
        @Default("localhost:8201") @Description("address the API is served on")
        HostPort listen,

        @Default("0") @Range(min = "0", max = "64") @Description("threads that serve requests; 0: one per processor")
        int eventLoops,

        @Default("2m")
        @Range(min = "1s", max = "10m")
        @Description("a connection without traffic is closed after this time; longer than the tier before keeps it")
        Duration idleTimeout,

        @Default("48KiB")
        @Range(min = "1KiB", max = "256KiB")
        @Description("largest request line and header fields together")
        ByteSize maxHeader,

        @Default("1MiB") @Range(min = "1KiB", max = "16MiB") @Description("largest request body")
        ByteSize maxBody,

        @Default("8MiB")
        @Range(min = "1KiB", max = "1GiB")
        @Description("request bodies held at a time, together; more are answered 503")
        ByteSize maxBodies,

        @Default("1m")
        @Range(min = "1s", max = "1h")
        @Description("a request body that is not there by then is answered 408")
        Duration bodyTimeout,

        @Default("16")
        @Range(min = "3", max = "1000")
        @Description("deepest nesting of objects and lists in a request body")
        int maxJsonDepth,

        @Default("20ms")
        @Range(min = "0s", max = "10s")
        @Description(
                "a GET waits so long at most for the same one under way, to share the next read with others; 0s: none is shared")
        Duration sharedReadWait) {

    /** @throws IllegalArgumentException where the largest body would never be taken */
    public HttpSettings {
        if (maxBodies.compareTo(maxBody) < 0) {
            throw new IllegalArgumentException(
                    "max-bodies: " + maxBodies + " (expected: max-body, " + maxBody + ", or more)");
        }
    }
}
