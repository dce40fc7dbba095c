package com.foobar.web.config;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * The shared cache of what app servers mark cacheable (RFC 9111).
 *
 * @param memory            bytes for all stored responses, fields and bookkeeping included; as much again at most for responses that are on their way in. 0 turns the cache off
 * @param maxObject         bytes of the biggest body that is stored
 * @param collapseTimeout   how long a request waits for the same response that another one has asked for; then it asks by itself
 * @param slowClientTimeout how long the client that asked first may take nothing of a response while nobody else waits for it; then it is passed on and not stored
 * @param requestDirectives whether {@code Cache-Control} and {@code Pragma} of requests are obeyed (RFC 9111 §5.2.1 leaves it to the cache). Without, no client can make the cache ask
 * @param status            whether answers say in {@code Cache-Status} (RFC 9211) what the cache did
 */
public record CacheSettings(
        @Default("64MiB")
        @Range(min = "0B", max = "16GiB")
        @Description("memory for stored responses; 0B turns the cache off")
        ByteSize memory,

        @Default("1MiB") @Range(min = "1KiB", max = "64MiB") @Description("the biggest body that is stored")
        ByteSize maxObject,

        @Default("5s")
        @Range(min = "0s", max = "1m")
        @Description("time to wait for a response that another request has asked for")
        Duration collapseTimeout,

        @Default("2s")
        @Range(min = "100ms", max = "1m")
        @Description("a response of which its client takes nothing for so long is not stored")
        Duration slowClientTimeout,

        @Default("true") @Description("whether Cache-Control of requests is obeyed")
        boolean requestDirectives,

        @Default("true") @Description("whether answers carry Cache-Status")
        boolean status) {

    /** Whether anything is ever stored. */
    public boolean enabled() {
        return memory.bytes() > 0;
    }
}
