package com.foobar.web.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What the cache did with GET and HEAD. Thread-safe. */
public final class CacheMetrics {
    /** How a request was answered; a label. */
    public enum Result {
        /** Stored and fresh. */
        HIT("hit", true),
        /** Stored and stale, and that was allowed. */
        STALE("stale", true),
        /** Stored, and an app server said that it is current. */
        REVALIDATED("revalidated", false),
        /** By a response that another request had asked for. */
        COLLAPSED("collapsed", true),
        /** By an app server, whose response was looked at. */
        MISS("miss", false),
        /** By an app server, directly: not to be stored, not to be waited for, or a kind of request that is for the origin alone. */
        BYPASS("bypass", false);

        private final String label;
        private final boolean saved;

        Result(String label, boolean saved) {
            this.label = label;
            this.saved = saved;
        }

        /** The word for metrics and the access log. */
        public String label() {
            return label;
        }
    }

    private final Map<Result, LongAdder> results = new EnumMap<>(Result.class);
    private final LongAdder invalidated = new LongAdder();
    private final LongAdder renewed = new LongAdder();

    public CacheMetrics() {
        for (Result result : Result.values()) {
            results.put(result, new LongAdder());
        }
    }

    public void register(
            PrometheusRegistry registry, LongSupplier bytes, IntSupplier responses, LongSupplier evictions) {
        CounterWithCallback.builder()
                .name("web_cache_requests_total")
                .help("GET and HEAD requests for the application tier by what the cache did: hit, stale, revalidated, "
                        + "collapsed (answered by what another request had asked for), miss, bypass")
                .labelNames("result")
                .callback(
                        counter -> results.forEach((result, count) -> counter.call((double) count.sum(), result.label)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("web_cache_hit_ratio")
                .help("Share of those requests since start that cost no app server a request, 0 to 1")
                .callback(gauge -> gauge.call(hitRatio()))
                .register(registry);
        gauge(registry, "web_cache_bytes", "Memory that stored responses occupy", bytes);
        gauge(registry, "web_cache_responses", "Stored responses", responses::getAsInt);
        counter(registry, "web_cache_evictions_total", "Stored responses that made room for others", evictions);
        counter(
                registry,
                "web_cache_invalidations_total",
                "Stored responses removed because a request changed what they told of",
                invalidated::sum);
        counter(
                registry,
                "web_cache_background_fetches_total",
                "Requests sent to renew a response that was served stale meanwhile",
                renewed::sum);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call((double) value.getAsLong()))
                .register(registry);
    }

    private static void counter(PrometheusRegistry registry, String name, String help, LongSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(counter -> counter.call((double) value.getAsLong()))
                .register(registry);
    }

    /** The share of requests since start that cost no app server a request; 0 before the first. */
    public double hitRatio() {
        long all = 0;
        long saved = 0;
        for (Map.Entry<Result, LongAdder> entry : results.entrySet()) {
            long count = entry.getValue().sum();
            all += count;
            saved += entry.getKey().saved ? count : 0;
        }
        return all == 0 ? 0 : (double) saved / all;
    }

    public void count(Result result) {
        LongAdder counted = results.get(result);
        if (counted != null) {
            counted.increment();
        }
    }

    public void invalidated(int responses) {
        invalidated.add(responses);
    }

    public void renewed() {
        renewed.increment();
    }
}
