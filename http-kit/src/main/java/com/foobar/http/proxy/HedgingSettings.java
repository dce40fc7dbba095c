package com.foobar.http.proxy;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * Hedging: a safe request (RFC 9110 §9.2.1) whose answer is later than nearly all others is sent to a second server as well, and the first answer wins. Hedges are taken out of the
 * budget of the retries.
 *
 * @param enabled off by default
 * @param percentile of the backend's response times of the last seconds, after which a request is late
 * @param minDelay before which none is
 */
public record HedgingSettings(
        @Default("false") @Description("whether late requests of safe methods are sent to a second server as well")
        boolean enabled,

        @Default("95")
        @Range(min = "50", max = "99")
        @Description("percentile of the backend's response times of the last 10 to 20 s after which a request is late")
        int percentile,

        @Default("5ms") @Range(min = "1ms", max = "1m") @Description("time before which no request is late")
        Duration minDelay) {
    public static final HedgingSettings OFF = new HedgingSettings(false, 95, Duration.ofMillis(5));
}
