package com.foobar.deploy.stack.process;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * An instance at one moment.
 *
 * @param detail     why it is not ready, or how it ended; empty when there is nothing to say
 * @param pid        of the running process
 * @param since      when it came to this state
 * @param readyAfter from the start of the process until it was ready; zero when it never was
 * @param restarts   how often it was started again because it had died
 */
public record InstanceReport(
        String name,
        InstanceState state,
        String detail,
        OptionalLong pid,
        Instant since,
        Duration readyAfter,
        int restarts) {}
