package com.foobar.lb.metrics;

import com.foobar.http.exchange.RequestRecord;

/** Where the time of the requests that one server answered went. */
final class ServerTimes {
    final TimeHistogram queue = new TimeHistogram();
    final TimeHistogram connect = new TimeHistogram();
    final TimeHistogram response = new TimeHistogram();
    final TimeHistogram total = new TimeHistogram();

    void observe(RequestRecord record) {
        String traceId = record.traceId();
        long now = record.startNanos() + record.durationNanos();
        queue.observe(record.queueNanos(), now, traceId);
        connect.observe(record.connectNanos(), now, traceId);
        response.observe(record.responseNanos(), now, traceId);
        total.observe(record.durationNanos(), now, traceId);
    }
}
