package com.foobar.lb.metrics;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.kit.observability.AccessEntry;
import com.foobar.kit.observability.AccessLog;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the requests of one frontend and writes their access lines. Called on every event loop. */
final class FrontendLog implements RequestLog {
    private final String frontend;
    private final FrontendMetrics metrics;
    private final AccessLog access;
    private final LiveCounts counts;

    FrontendLog(String frontend, FrontendMetrics metrics, AccessLog access, LiveCounts counts) {
        this.frontend = frontend;
        this.metrics = metrics;
        this.access = access;
        this.counts = counts;
    }

    @Override
    public void ended(RequestRecord record) {
        metrics.count(record);
        if (access.isEnabled()) {
            access.log(() -> entry(record), () -> HttpLogLine.of(record, frontend, counts));
        }
    }

    private AccessEntry entry(RequestRecord record) {
        return new AccessEntry(
                Instant.now().minusNanos(record.durationNanos()),
                record.clientHost(),
                record.head().method().toString(),
                record.head().target(),
                record.status(),
                record.bytesOut(),
                record.durationNanos(),
                record.requestId(),
                record.traceId(),
                extra(record));
    }

    private Map<String, String> extra(RequestRecord record) {
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put("clientPort", Integer.toString(record.connection().remote().getPort()));
        extra.put("frontend", frontend);
        extra.put("tls", Boolean.toString(record.connection().tls()));
        extra.put("protocol", record.head().protocol().toString());
        extra.put("termination", HttpTermination.of(record));
        if (record.backend() != null) {
            extra.put("server", record.backend() + "/" + (record.server() == null ? "-" : record.server()));
        }
        if (record.queueNanos() > 0) {
            extra.put("queueMs", millis(record.queueNanos()));
        }
        if (record.connectNanos() > 0) {
            extra.put("connectMs", millis(record.connectNanos()));
        }
        if (record.responseNanos() > 0) {
            extra.put("responseMs", millis(record.responseNanos()));
        }
        if (record.firstByteNanos() > 0) {
            extra.put("firstByteMs", millis(record.firstByteNanos()));
        }
        if (record.bytesIn() > 0) {
            extra.put("bytesIn", Long.toString(record.bytesIn()));
        }
        if (record.retries() > 0) {
            extra.put("retries", Integer.toString(record.retries()));
        }
        ProxyError error = record.error();
        if (error != null) {
            extra.put("error", error.code());
        }
        counts.of(frontend, record.backend(), record.server()).put(extra);
        return extra;
    }

    /** With three decimals; {@link String#format} would take longer than all the rest. */
    static String millis(long nanos) {
        long micros = (nanos + 500) / 1000;
        String decimals = Long.toString(1000 + micros % 1000);
        return micros / 1000 + "." + decimals.substring(1);
    }
}
