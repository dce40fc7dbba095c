package com.foobar.web.metrics;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestLog;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.RequestHead;
import com.foobar.kit.observability.AccessEntry;
import com.foobar.kit.observability.AccessLog;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Counts each request that is over and writes its line of the access log. */
public final class WebRequestLog implements RequestLog {
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private final RequestMetrics metrics;
    private final AccessLog accessLog;
    private final Function<RequestHead, RequestKind> kinds;
    private final Clock clock;

    /** @param kinds who answers a request with that head */
    public WebRequestLog(
            RequestMetrics metrics, AccessLog accessLog, Function<RequestHead, RequestKind> kinds, Clock clock) {
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.kinds = kinds;
        this.clock = clock;
    }

    @Override
    public void ended(RequestRecord record) {
        RequestKind kind = kinds.apply(record.head());
        metrics.count(kind, record);
        // Load balancers ask for our health every second or two: a line each would drown the rest.
        if (accessLog.isEnabled() && !(kind == RequestKind.HEALTH && record.status() == 200)) {
            accessLog.log(new AccessEntry(
                    clock.instant().minusNanos(record.durationNanos()),
                    client(record),
                    record.head().method().name(),
                    record.head().target(),
                    record.status(),
                    record.bytesOut(),
                    record.durationNanos(),
                    record.requestId(),
                    record.traceId(),
                    extra(kind, record)));
        }
    }

    /** The address that the load balancer saw; it drops what the client claims, so the first one is its own word. */
    private static String client(RequestRecord record) {
        String forwarded = record.head().fields().get(FieldName.X_FORWARDED_FOR);
        if (forwarded == null || forwarded.isBlank()) {
            return record.connection().remoteHost();
        }
        int comma = forwarded.indexOf(',');
        String first = (comma < 0 ? forwarded : forwarded.substring(0, comma)).strip();
        return ADDRESS.matcher(first).matches() ? first : record.connection().remoteHost();
    }

    private static Map<String, Object> extra(RequestKind kind, RequestRecord record) {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("kind", kind.label());
        put(extra, "cache", record.cacheResult());
        put(extra, "server", record.server());
        if (record.retries() > 0) {
            extra.put("retries", record.retries());
        }
        ProxyError error = record.error();
        if (error != null) {
            extra.put("error", error.code());
        }
        return extra;
    }

    private static void put(Map<String, Object> extra, String key, @Nullable String value) {
        if (value != null) {
            extra.put(key, value);
        }
    }
}
