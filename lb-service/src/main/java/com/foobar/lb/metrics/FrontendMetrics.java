package com.foobar.lb.metrics;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one frontend, resolved once: counting a request looks nothing up but the server that answered.
 */
final class FrontendMetrics {
    private final CounterDataPoint requests;
    private final CounterDataPoint[] responses;
    private final CounterDataPoint requestErrors;
    private final CounterDataPoint requestsDenied;
    private final CounterDataPoint bytesIn;
    private final CounterDataPoint bytesOut;
    private final DurationHistogram.Series duration;
    private final CounterDataPoint intercepted;
    private final CounterDataPoint internalErrors;
    private final BackendTraffic.Table traffic;

    /**
     * @param responses by hundreds of the status; 0 for any other
     * @param traffic of the backends that requests of all frontends go to
     */
    FrontendMetrics(
            CounterDataPoint requests,
            CounterDataPoint[] responses,
            CounterDataPoint requestErrors,
            CounterDataPoint requestsDenied,
            CounterDataPoint bytesIn,
            CounterDataPoint bytesOut,
            CounterDataPoint intercepted,
            CounterDataPoint internalErrors,
            DurationHistogram.Series duration,
            BackendTraffic.Table traffic) {
        this.requests = requests;
        this.responses = responses.clone();
        this.requestErrors = requestErrors;
        this.requestsDenied = requestsDenied;
        this.bytesIn = bytesIn;
        this.bytesOut = bytesOut;
        this.duration = duration;
        this.intercepted = intercepted;
        this.internalErrors = internalErrors;
        this.traffic = traffic;
    }

    void count(RequestRecord record) {
        requests.inc();
        responses[LbMetrics.code(record.status())].inc();
        if (isDenied(record.error())) {
            requestsDenied.inc();
        } else if (isClients(record.error())) {
            requestErrors.inc();
        } else if (record.error() instanceof ProxyError.Internal) {
            internalErrors.inc();
        } else if (isIntercepted(record)) {
            intercepted.inc();
        }
        if (record.bytesIn() > 0) {
            bytesIn.inc(record.bytesIn());
        }
        if (record.bytesOut() > 0) {
            bytesOut.inc(record.bytesOut());
        }
        duration.observe(record.durationNanos(), record.traceId());
        traffic.count(record);
    }

    /** Whether the guard did not let the request through. */
    private static boolean isDenied(@Nullable ProxyError error) {
        return error instanceof ProxyError.Denied
                || error instanceof ProxyError.RateLimited
                || error instanceof ProxyError.ConcurrencyLimited;
    }

    /** Whether it was answered here, and not for want of something: by a redirect, or the page of a maintenance. */
    private static boolean isIntercepted(RequestRecord record) {
        return record.backend() == null && (record.error() == null || record.error() instanceof ProxyError.Maintenance);
    }

    private static boolean isClients(@Nullable ProxyError error) {
        return error != null && error.status() >= 400 && error.status() < 500;
    }
}
