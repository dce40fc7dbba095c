package com.foobar.lb.metrics;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.lb.frontend.Frontend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How busy everything is at the moment, as a log line tells it. Immutable itself; safe from any thread. */
final class LiveCounts {
    private final List<Frontend> frontends;
    private final Map<String, Frontend> byName = new HashMap<>();
    private final Map<String, Backend> backends = new HashMap<>();
    private final Map<String, Map<String, BackendServer>> servers = new HashMap<>();
    private final Function<String, Admission> queues;

    /** @param queues where requests wait for a server of the backend of that name */
    LiveCounts(List<Frontend> frontends, List<Backend> backends, Function<String, Admission> queues) {
        this.frontends = List.copyOf(frontends);
        this.queues = queues;
        frontends.forEach(frontend -> byName.put(frontend.name(), frontend));
        for (Backend backend : backends) {
            this.backends.put(backend.name(), backend);
            Map<String, BackendServer> ofBackend = new HashMap<>();
            backend.servers().forEach(server -> ofBackend.put(server.name(), server));
            servers.put(backend.name(), ofBackend);
        }
    }

    /** Appends HAProxy's {@code actconn/feconn/beconn/srv_conn/retries srv_queue/backend_queue}. */
    void append(StringBuilder line, String frontend, @Nullable String backend, @Nullable String server, int retries) {
        int all = 0;
        for (Frontend each : frontends) {
            all += each.connections();
        }
        Frontend own = byName.get(frontend);
        Backend ofBackend = backend == null ? null : backends.get(backend);
        BackendServer ofServer = backend == null || server == null
                ? null
                : servers.getOrDefault(backend, Map.of()).get(server);
        line.append(all)
                .append('/')
                .append(own == null ? 0 : own.connections())
                .append('/')
                .append(ofBackend == null ? 0 : ofBackend.inFlight())
                .append('/')
                .append(ofServer == null ? 0 : ofServer.inFlight())
                .append('/')
                .append(retries)
                .append(' ')
                .append(
                        backend == null || ofServer == null
                                ? 0
                                : queues.apply(backend).waitingFor(ofServer))
                .append('/')
                .append(backend == null ? 0 : queues.apply(backend).waiting());
    }
}
