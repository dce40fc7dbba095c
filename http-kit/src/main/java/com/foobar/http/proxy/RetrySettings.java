package com.foobar.http.proxy;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.util.List;

/**
 * What happens to a request that its server failed. While its client has got nothing of an answer, it is sent to another server where that is safe: always if no connection could be
 * made; after something was sent, only for idempotent methods (RFC 9110 §9.2.2). That a kept connection was stale is none of this: its server is asked once more.
 *
 * @param retries after the first attempt, each on a server not tried before while there is one; 0 for none
 * @param retryOn failures that are retried, in HAProxy's words: see {@link RetryOn}
 * @param buffer of a request's body that is kept to be sent again; a longer one is not retried
 * @param budget what retries may add to the load of the servers
 */
public record RetrySettings(
        @Default("2")
        @Range(min = "0", max = "10")
        @Description("attempts after the first one, each on another server while there is one")
        int retries,

        @Default(RetryOn.DEFAULT)
        @Description("failures that are retried: none, conn-failure, empty-response, junk-response, response-timeout, "
                + "all-retryable-errors, or a status; all but conn-failure for idempotent methods only")
        List<String> retryOn,

        @Default("64KiB")
        @Range(min = "0B", max = "16MiB")
        @Description("part of a request's body that is kept to be sent again; a longer one is not retried")
        ByteSize buffer,

        @Description("what retries and hedges may add to the load of the servers")
        Budget budget) {

    public static final RetrySettings DEFAULTS =
            new RetrySettings(2, List.of("conn-failure", "empty-response"), new ByteSize(64 * 1024), Budget.DEFAULTS);

    public RetrySettings {
        retryOn = List.copyOf(retryOn);
        try {
            RetryOn.parse(retryOn);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("retry-on: " + e.getMessage(), e);
        }
    }

    /** The failures that are retried. */
    public RetryOn on() {
        return RetryOn.parse(retryOn);
    }

    public RetrySettings withRetries(int newRetries) {
        return new RetrySettings(newRetries, retryOn, buffer, budget);
    }

    public RetrySettings withRetryOn(String... words) {
        return new RetrySettings(retries, List.of(words), buffer, budget);
    }

    public RetrySettings withBudget(int percent, int minimum) {
        return new RetrySettings(retries, retryOn, buffer, new Budget(percent, minimum));
    }

    /**
     * Retries and hedges altogether, over the last ten seconds; those after connection failures are free.
     *
     * @param percent of the requests of that time
     * @param minimum per second, in addition, so that retries work where requests are few
     */
    public record Budget(
            @Default("20")
            @Range(min = "0", max = "100")
            @Description("retries and hedges, percent of the backend's requests of the last 10 s")
            int percent,

            @Default("10")
            @Range(min = "0", max = "10000")
            @Description("retries and hedges per second that are allowed in addition, however few requests there are")
            int minimum) {
        static final Budget DEFAULTS = new Budget(20, 10);
    }
}
