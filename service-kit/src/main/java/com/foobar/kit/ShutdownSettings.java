package com.foobar.kit;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * How a service stops on SIGTERM: it turns not ready, waits {@code delay} for the tier before it to notice, refuses new
 * work, lets the work in flight end within {@code timeout}, and exits.
 *
 * @param delay 0 s to 5 min: between turning not ready and refusing new work
 * @param timeout 100 ms to 1 h: how long work in flight may take to end
 */
public record ShutdownSettings(
        @Default("0s")
        @Range(min = "0s", max = "5m")
        @Description("time between turning not ready and refusing new work")
        Duration delay,

        @Default("8s") @Range(min = "100ms", max = "1h") @Description("time for work in flight to end")
        Duration timeout) {}
