package com.foobar.kit.observability;

import java.time.Instant;
import java.util.Map;

/**
 * What the access log says of one request.
 *
 * @param time when its head had been read
 * @param client address that it came from
 * @param target as received, so without a fragment
 * @param status that was answered; 499 where the client went away first
 * @param bytes of the answer's body
 * @param durationNanos from its head to the last byte of the answer
 * @param extra what the tier has to say beyond: the server that answered, retries, statements; in this order. Numbers and booleans are such for machines, too
 */
public record AccessEntry(
        Instant time,
        String client,
        String method,
        String target,
        int status,
        long bytes,
        long durationNanos,
        String requestId,
        String traceId,
        Map<String, Object> extra) {}
