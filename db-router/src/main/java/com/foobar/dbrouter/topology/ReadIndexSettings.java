package com.foobar.dbrouter.topology;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * Bounds of strict reads.
 *
 * @param waitLimit how long a read waits for a replica to reach the primary's position before it goes to the primary
 * @param probeTimeout how long the primary may take to tell its position
 * @param primaryTimeout how long a read waits while there is no primary, then it fails
 */
public record ReadIndexSettings(
        @Default("100ms") @Range(min = "1ms", max = "10s") @Description("how long a strict read waits for a replica")
        Duration waitLimit,

        @Default("1s") @Range(min = "10ms", max = "1m") @Description("time the primary may take to tell its position")
        Duration probeTimeout,

        @Default("5s") @Range(min = "100ms", max = "1m") @Description("how long a strict read waits for a primary")
        Duration primaryTimeout) {}
