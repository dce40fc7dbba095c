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

    private Map<String, Object> extra(RequestRecord record) {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("clientPort", record.connection().remote().getPort());
        extra.put("frontend", frontend);
        extra.put("tls", record.connection().tls());
        extra.put("protocol", record.head().protocol().toString());
        extra.put("termination", HttpTermination.of(record));
        if (record.backend() != null) {
            extra.put("server", record.backend() + "/" + (record.server() == null ? "-" : record.server()));
        }
        if (record.queueNanos() > 0) {
            extra.put("queueMs", record.queueNanos() / 1e6);
        }
        if (record.connectNanos() > 0) {
            extra.put("connectMs", record.connectNanos() / 1e6);
        }
        if (record.responseNanos() > 0) {
            extra.put("responseMs", record.responseNanos() / 1e6);
        }
        if (record.firstByteNanos() > 0) {
            extra.put("firstByteMs", record.firstByteNanos() / 1e6);
        }
        if (record.bytesIn() > 0) {
            extra.put("bytesIn", record.bytesIn());
        }
        if (record.retries() > 0) {
            extra.put("retries", record.retries());
        }
        ProxyError error = record.error();
        if (error != null) {
            extra.put("error", error.code());
        }
        counts.of(frontend, record.backend(), record.server()).put(extra);
        return extra;
    }
}
