package com.foobar.http.backend;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/** When a server is left alone for a while because live requests fail there, whatever its checks say. */
public record EjectionSettings(
        @Description("failures in a row that eject a server; 0: never") @Default("10") @Range(min = "0", max = "100000")
        int consecutiveFailures,

        @Description("percent of the requests of an interval that must fail to eject a server; 0: never")
        @Default("0")
        @Range(min = "0", max = "100")
        int errorRate,

        @Description("requests in an interval without which error-rate says nothing")
        @Default("100")
        @Range(min = "1", max = "1000000")
        int minRequests,

        @Description("time after which error rates are looked at") @Default("10s") @Range(min = "100ms", max = "1h")
        Duration interval,

        @Description("time that the first ejection lasts; the second twice, the third three times as long, and so on")
        @Default("10s")
        @Range(min = "100ms", max = "1h")
        Duration baseTime,

        @Description("time that no ejection exceeds") @Default("5m") @Range(min = "100ms", max = "24h")
        Duration maxTime,

        @Description(
                "percent of the servers that may be ejected at the same time; one may always be if another takes requests")
        @Default("10")
        @Range(min = "0", max = "100")
        int maxPercent) {

    /** Nobody is ejected. */
    public static final EjectionSettings OFF =
            new EjectionSettings(0, 0, 100, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(5), 0);
}
