package com.foobar.lb.config;

import com.foobar.kit.net.Network;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a frontend answers, and how much of it each client may have. A client is an IPv4 address or an IPv6 /64. In TCP mode each
 * connection counts as a request, and is closed where a request would be refused.
 *
 * @param allow networks that may ask; empty for all
 * @param deny networks that may not, even if they are of {@code allow}: 403
 * @param trustedProxies whose X-Forwarded-For, or Forwarded, is believed; that of all others is replaced
 * @param rate requests that a client may make in a second: 429 above; null for no limit
 * @param burst requests that it may make at once, after a pause
 * @param concurrency requests of a client at the same time: 429 above; null for no limit
 * @param connections of a client at the same time: closed at once above; null for no limit
 * @param clients that are remembered for these limits
 */
public record GuardSettings(
        @Description("networks that may ask, such as 10.0.0.0/8; none for all")
        List<String> allow,

        @Description("networks that may not: 403") List<String> deny,

        @Description("networks of proxies before us whose X-Forwarded-For is believed")
        List<String> trustedProxies,

        @Range(min = "1", max = "1000000") @Description("requests of a client in a second; then 429") @Nullable
        Integer rate,

        @Default("100")
        @Range(min = "1", max = "1000000")
        @Description("requests that a client may make at once where there is a rate")
        int burst,

        @Range(min = "1", max = "1000000") @Description("requests of a client at the same time; then 429") @Nullable
        Integer concurrency,

        @Range(min = "1", max = "1000000")
        @Description("connections of a client at the same time; the next are closed at once")
        @Nullable
        Integer connections,

        @Default("100000")
        @Range(min = "1000", max = "10000000")
        @Description("clients that are remembered, 20 bytes each, 40 with connections beside rate or concurrency")
        int clients) {

    public GuardSettings {
        allow = networks("allow", allow);
        deny = networks("deny", deny);
        trustedProxies = networks("trusted-proxies", trustedProxies);
    }

    private static List<String> networks(String key, List<String> texts) {
        for (String text : texts) {
            try {
                Network.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(texts);
    }
}
