package com.foobar.lb.metrics;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.lb.tcp.TcpRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What passed between clients and one server, told when a request or a session is over. Counted by all event loops without contention. */
final class ServerTraffic {
    /** All servers of all backends, by name. Immutable itself. */
    static final class Table {
        private final Map<String, Map<String, ServerTraffic>> servers = new LinkedHashMap<>();

        Table(List<Backend> backends) {
            for (Backend backend : backends) {
                Map<String, ServerTraffic> byServer = new LinkedHashMap<>();
                for (BackendServer server : backend.servers()) {
                    byServer.put(server.name(), new ServerTraffic());
                }
                servers.put(backend.name(), byServer);
            }
        }

        /** Counts a request that is over, if a server was asked. */
        void count(RequestRecord record) {
            ServerTraffic server = find(record.backend(), record.server());
            if (server != null) {
                server.add(record);
            }
        }

        /** Counts a session that is over, if it had a server. */
        void count(TcpRecord record) {
            ServerTraffic server = find(record.backend(), record.server());
            if (server != null) {
                server.bytesIn.add(record.bytesIn());
                server.bytesOut.add(record.bytesOut());
                if (record.connectNanos() >= 0) {
                    server.times.observe(record);
                }
            }
        }

        private @Nullable ServerTraffic find(@Nullable String backend, @Nullable String server) {
            Map<String, ServerTraffic> byServer = backend == null || server == null ? null : servers.get(backend);
            return byServer == null ? null : byServer.get(server);
        }

        void forEach(BiConsumer<String, Map<String, ServerTraffic>> action) {
            servers.forEach(action);
        }

        /** Of a server that there is. */
        ServerTraffic of(Backend backend, BackendServer server) {
            return Objects.requireNonNull(find(backend.name(), server.name()));
        }

        /** Of all servers of a backend that there is. */
        Collection<ServerTraffic> of(Backend backend) {
            return Objects.requireNonNull(servers.get(backend.name())).values();
        }
    }

    private final ServerTimes times = new ServerTimes();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder internalErrors = new LongAdder();

    private void add(RequestRecord record) {
        if (record.bytesIn() > 0) {
            bytesIn.add(record.bytesIn());
        }
        if (record.bytesOut() > 0) {
            bytesOut.add(record.bytesOut());
        }
        if (record.error() instanceof ProxyError.Internal) {
            internalErrors.increment();
        }
        if (record.firstByteNanos() != 0 && isServers(record)) {
            times.observe(record);
        }
    }

    /** Whether the response was the server's, though it may have been broken off, and not an error's of ours. */
    private static boolean isServers(RequestRecord record) {
        return record.error() == null || record.error().status() != record.status();
    }

    ServerTimes times() {
        return times;
    }

    double bytesIn() {
        return bytesIn.sum();
    }

    double bytesOut() {
        return bytesOut.sum();
    }

    double internalErrors() {
        return internalErrors.sum();
    }
}
