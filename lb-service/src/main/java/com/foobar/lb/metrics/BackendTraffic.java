package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.lb.tcp.TcpRecord;
import com.foobar.lb.tcp.Termination;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of the requests and sessions for one backend, whether a server was asked or not, told when they are over; and what passed between clients and its servers. Counted by all
 * event loops without contention.
 */
final class BackendTraffic {
    /** All backends, by name. Immutable itself. */
    static final class Table {
        private final Map<String, BackendTraffic> backends = new LinkedHashMap<>();

        Table(List<Backend> all) {
            all.forEach(backend -> backends.put(backend.name(), new BackendTraffic(backend)));
        }

        /** Counts a request that is over, if it came to a backend. */
        void count(RequestRecord record) {
            BackendTraffic backend = find(record.backend());
            if (backend != null) {
                backend.add(record);
            }
        }

        /** Counts a session that is over, if it came to a backend. */
        void count(TcpRecord session) {
            BackendTraffic backend = find(session.backend());
            if (backend != null) {
                backend.add(session);
            }
        }

        private @Nullable BackendTraffic find(@Nullable String backend) {
            return backend == null ? null : backends.get(backend);
        }

        void forEach(BiConsumer<String, BackendTraffic> action) {
            backends.forEach(action);
        }

        /** Of a backend that there is. */
        BackendTraffic of(Backend backend) {
            return Objects.requireNonNull(backends.get(backend.name()));
        }

        /** Of a server that there is. */
        ServerTraffic of(Backend backend, BackendServer server) {
            return Objects.requireNonNull(of(backend).byServer.get(server.name()));
        }
    }

    private final Map<String, ServerTraffic> byServer = new LinkedHashMap<>();
    private final LongAdder[] responses = new LongAdder[LbMetrics.CODES.length];
    private final LongAdder unserved = new LongAdder();
    private final LongAdder leftQueue = new LongAdder();

    private BackendTraffic(Backend backend) {
        for (BackendServer server : backend.servers()) {
            byServer.put(server.name(), new ServerTraffic());
        }
        for (int i = 0; i < responses.length; i++) {
            responses[i] = new LongAdder();
        }
    }

    private void add(RequestRecord record) {
        responses[LbMetrics.code(record.status())].increment();
        ProxyError error = record.error();
        if (error instanceof ProxyError.NoServer
                || error instanceof ProxyError.QueueExhausted
                || (record.isQueued() && error instanceof ProxyError.TotalTimeout)) {
            unserved.increment();
        } else if (record.isQueued() && error instanceof ProxyError.ClientGone) {
            leftQueue.increment();
        }
        ServerTraffic server = find(record.server());
        if (server != null) {
            server.add(record);
        }
    }

    private void add(TcpRecord session) {
        Termination how = session.termination();
        ServerTraffic server = find(session.server());
        if (how == Termination.QUEUE_EXHAUSTED || (how == Termination.NO_SERVER && server == null)) {
            unserved.increment();
        } else if (how == Termination.CLIENT_LEFT_QUEUE) {
            leftQueue.increment();
        }
        if (server != null) {
            server.add(session);
        }
    }

    private @Nullable ServerTraffic find(@Nullable String server) {
        return server == null ? null : byServer.get(server);
    }

    /** By name. */
    Map<String, ServerTraffic> byServer() {
        return byServer;
    }

    Collection<ServerTraffic> servers() {
        return byServer.values();
    }

    /** Responses that clients were sent, those that we made among them; by {@link LbMetrics#CODES}. */
    long[] responses() {
        long[] counts = new long[responses.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = responses[i].sum();
        }
        return counts;
    }

    /** Requests and sessions that failed as there was no server for them, or none with room in time. */
    long unserved() {
        return unserved.sum();
    }

    /** Requests and sessions whose client left while they waited for a server with room. */
    long leftQueue() {
        return leftQueue.sum();
    }
}
