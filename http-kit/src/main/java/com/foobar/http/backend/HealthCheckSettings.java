package com.foobar.http.backend;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/** Active health checks of the servers of a backend. */
public record HealthCheckSettings(
        @Description("path asked for with GET on the server's traffic port; any 2xx or 3xx answer passes")
        @Default("/health/ready")
        String path,

        @Description("time between two checks of a server that is up") @Default("2s") @Range(min = "10ms", max = "1h")
        Duration inter,

        @Description("time between two checks of a server that is about to change its state")
        @Default("500ms")
        @Range(min = "10ms", max = "1h")
        Duration fastinter,

        @Description("time between two checks of a server that is down") @Default("1s") @Range(min = "10ms", max = "1h")
        Duration downinter,

        @Description("time that one check may take, connecting included")
        @Default("2s")
        @Range(min = "10ms", max = "1m")
        Duration timeout,

        @Description("failed checks in a row that take a server down") @Default("3") @Range(min = "1", max = "100")
        int fall,

        @Description("passed checks in a row that bring a server up; one is enough where it was never up")
        @Default("2")
        @Range(min = "1", max = "100")
        int rise,

        @Description("random part of the time between two checks, in percent, so that checks spread out")
        @Default("10")
        @Range(min = "0", max = "50")
        int spreadChecks,

        @Description(
                "what a failed live request does: fastinter (check at once), fail-check (counts as a failed check), "
                        + "sudden-death (one more failed check takes the server down), mark-down")
        @Default("sudden-death")
        OnError onError) {

    public HealthCheckSettings {
        if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("path: " + path + " (expected: an absolute path of visible ASCII)");
        }
    }
}
