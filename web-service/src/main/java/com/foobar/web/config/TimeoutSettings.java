package com.foobar.web.config;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * How long a client may take.
 *
 * @param idle longer than a load balancer keeps an idle connection (30 s), so that it is never ours that closes just when a
 *     request is on its way
 */
public record TimeoutSettings(
        @Default("10s") @Range(min = "10ms", max = "10m") @Description("time for a complete head: 408")
        Duration head,

        @Default("75s") @Range(min = "10ms", max = "1h") @Description("time between two requests of a connection")
        Duration idle,

        @Default("30s")
        @Range(min = "10ms", max = "1h")
        @Description("time without progress of a request's body or a response")
        Duration client) {

    /** Limits and timeouts as the HTTP engine wants them. */
    public HttpLimits with(LimitSettings limits) {
        HttpLimits defaults = HttpLimits.DEFAULTS;
        return new HttpLimits(
                limits.head().toInt(),
                limits.fields(),
                limits.target().toInt(),
                limits.body().bytes(),
                head,
                idle,
                client,
                limits.connections(),
                defaults.requestsPerConnection(),
                defaults.concurrentStreams(),
                defaults.glitches(),
                // Our clients are load balancers, which see to that.
                0,
                defaults.bodyGrace(),
                false);
    }
}
