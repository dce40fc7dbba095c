package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How fast requests come and are answered by backends and servers, and how many bytes they have: as HAProxy tells it, beside the histograms. */
final class TrafficMetrics {
    private record Kind(String name, String what, Function<ServerTimes, TimeHistogram> of) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("queue", "waited for a server with room", times -> times.queue),
            new Kind("connect", "waited for a connection", times -> times.connect),
            new Kind("response", "waited for the head of the response", times -> times.response),
            new Kind("total", "took", times -> times.total));

    private final MetricFamilies families;
    private final List<Backend> backends;
    private final BackendTraffic.Table traffic;
    private final SecondHand second;

    private TrafficMetrics(
            MetricFamilies families, List<Backend> backends, BackendTraffic.Table traffic, SecondHand second) {
        this.families = families;
        this.backends = backends;
        this.traffic = traffic;
        this.second = second;
    }

    static void register(
            MetricFamilies families, List<Backend> backends, BackendTraffic.Table traffic, SecondHand second) {
        TrafficMetrics metrics = new TrafficMetrics(families, backends, traffic, second);
        metrics.sums();
        metrics.rates();
        KINDS.forEach(metrics::times);
    }

    private void sums() {
        count("bytes_in_total", "Bytes of request bodies, and of TCP sessions.", ServerTraffic::bytesIn);
        count("bytes_out_total", "Bytes of response bodies, and of TCP sessions.", ServerTraffic::bytesOut);
        count("internal_errors_total", "Requests that failed by a defect of ours.", ServerTraffic::internalErrors);
    }

    private void count(String name, String help, ToDoubleFunction<ServerTraffic> value) {
        families.serverCounter(name, help, (backend, server) -> value.applyAsDouble(traffic.of(backend, server)));
        families.backendCounter(name, help, backend -> traffic.of(backend).servers().stream()
                .mapToDouble(value)
                .sum());
    }

    private void rates() {
        Map<Backend, Pulse> ofBackends = new HashMap<>();
        Map<BackendServer, Pulse> ofServers = new HashMap<>();
        Map<Backend, SecondHand.Peak> inFlight = new HashMap<>();
        for (Backend backend : backends) {
            ofBackends.put(backend, second.pulse(() -> backend.requests() + backend.sessions()));
            inFlight.put(backend, second.peak(backend::inFlight));
            for (BackendServer server : backend.servers()) {
                ofServers.put(
                        server,
                        second.pulse(
                                () -> server.stats().requests() + server.stats().sessions()));
            }
        }
        families.backendGauge(
                "max_session_rate",
                "The most requests that came for it in a second.",
                backend -> ofBackends.get(backend).highest());
        families.serverGauge("max_session_rate", "The most requests that it was given in a second.", server -> ofServers
                .get(server)
                .highest());
        families.backendGauge(
                "last_session_seconds",
                "Whole seconds since a request came for it; -1 where none has.",
                backend -> second.secondsSince(ofBackends.get(backend)));
        families.serverGauge(
                "last_session_seconds",
                "Whole seconds since it was given a request; -1 where it has been given none.",
                server -> second.secondsSince(ofServers.get(server)));
        families.backendGauge(
                "max_sessions",
                "The most requests that were being worked on, of those moments of each second when they were counted.",
                backend -> inFlight.get(backend).highest());
    }

    private void times(Kind kind) {
        Map<Backend, RecentMean> ofBackends = new HashMap<>();
        Map<BackendServer, RecentMean> ofServers = new HashMap<>();
        for (Backend backend : backends) {
            Collection<ServerTraffic> all = traffic.of(backend).servers();
            ofBackends.put(
                    backend,
                    second.mean(
                            () -> all.stream()
                                    .mapToLong(of -> kind.of().apply(of.times()).count())
                                    .sum(),
                            () -> all.stream()
                                    .mapToDouble(
                                            of -> kind.of().apply(of.times()).seconds())
                                    .sum()));
            for (BackendServer server : backend.servers()) {
                TimeHistogram own = kind.of().apply(traffic.of(backend, server).times());
                ofServers.put(server, second.mean(own::count, own::seconds));
            }
        }
        String average = "How long the last 1,024 requests or so " + kind.what() + ", on average.";
        families.backendGauge(kind.name() + "_time_average_seconds", average, backend -> ofBackends
                .get(backend)
                .mean());
        families.serverGauge(kind.name() + "_time_average_seconds", average, server -> ofServers
                .get(server)
                .mean());
        String longest = "The longest that a request " + kind.what() + ".";
        families.backendGauge(
                "max_" + kind.name() + "_time_seconds", longest, backend -> traffic.of(backend).servers().stream()
                        .mapToDouble(of -> kind.of().apply(of.times()).longestSeconds())
                        .max()
                        .orElse(0));
        families.serverGauge("max_" + kind.name() + "_time_seconds", longest, (backend, server) -> kind.of()
                .apply(traffic.of(backend, server).times())
                .longestSeconds());
    }
}
