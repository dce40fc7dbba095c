package com.foobar.lb.metrics;

import com.foobar.http.exchange.RequestRecord;
import com.foobar.lb.tcp.TcpRecord;

/** Where the time of the requests that one server answered went, and of the TCP sessions that it was connected for. */
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

    /** One that had a connection; of an answer nothing is known. */
    void observe(TcpRecord session) {
        long now = System.nanoTime();
        queue.observe(session.queueNanos(), now, "");
        connect.observe(session.connectNanos(), now, "");
        total.observe(session.totalNanos(), now, "");
    }
}
