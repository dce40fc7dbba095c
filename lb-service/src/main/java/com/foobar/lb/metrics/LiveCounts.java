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

    /**
     * At one moment, about one request or session.
     *
     * @param all open connections of clients (HAProxy's {@code actconn})
     * @param ofFrontend those of its frontend ({@code feconn})
     * @param toBackend requests of its backend ({@code beconn})
     * @param toServer requests of its server ({@code srv_conn})
     * @param serverQueue requests that wait for that server
     * @param backendQueue requests that wait for any server of the backend
     */
    record Counts(int all, int ofFrontend, int toBackend, int toServer, int serverQueue, int backendQueue) {
        /** Appends HAProxy's {@code actconn/feconn/beconn/srv_conn/retries srv_queue/backend_queue}. */
        void append(StringBuilder line, int retries) {
            line.append(all).append('/').append(ofFrontend).append('/').append(toBackend);
            line.append('/').append(toServer).append('/').append(retries);
            line.append(' ').append(serverQueue).append('/').append(backendQueue);
        }

        /** The same as members of an object, by these names. */
        void put(Map<String, Object> fields) {
            fields.put("connections", all);
            fields.put("frontendConnections", ofFrontend);
            fields.put("backendRequests", toBackend);
            fields.put("serverRequests", toServer);
            fields.put("serverQueue", serverQueue);
            fields.put("backendQueue", backendQueue);
        }
    }

    Counts of(String frontend, @Nullable String backend, @Nullable String server) {
        int all = 0;
        for (Frontend each : frontends) {
            all += each.connections();
        }
        Frontend own = byName.get(frontend);
        Backend ofBackend = backend == null ? null : backends.get(backend);
        BackendServer ofServer = backend == null || server == null
                ? null
                : servers.getOrDefault(backend, Map.of()).get(server);
        return new Counts(
                all,
                own == null ? 0 : own.connections(),
                ofBackend == null ? 0 : ofBackend.inFlight(),
                ofServer == null ? 0 : ofServer.inFlight(),
                backend == null || ofServer == null ? 0 : queues.apply(backend).waitingFor(ofServer),
                backend == null ? 0 : queues.apply(backend).waiting());
    }
}
