package com.foobar.lb.config;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;

/**
 * What happens to a request that its server failed before it answered. It is sent to another server where that is safe: always
 * if no connection could be made; if the connection broke after something was sent, only for idempotent methods (RFC 9110
 * §9.2.2).
 *
 * @param retries after the first attempt, each on a server not tried before while there is one; 0 for none
 * @param buffer of a request's body that is kept to be sent again; a longer one is not retried
 */
public record RetrySettings(
        @Default("2")
        @Range(min = "0", max = "10")
        @Description("attempts after the first one, each on another server while there is one")
        int retries,

        @Default("64KiB")
        @Range(min = "0B", max = "16MiB")
        @Description("part of a request's body that is kept to be sent again; a longer one is not retried")
        ByteSize buffer) {}
