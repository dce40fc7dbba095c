package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.MariaDbCluster;
import com.foobar.kit.testing.MariaDbServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real cluster with the router's view of it, for tests. */
final class DatabaseGroup implements AutoCloseable {

    static final ReadIndexSettings DEFAULTS = SettingsReader.defaults(ReadIndexSettings.class);
    static final ReadSettings READS = SettingsReader.defaults(ReadSettings.class);

    final MariaDbCluster cluster;
    final Vertx vertx = Vertx.vertx();

    DatabaseGroup(int replicas) {
        cluster = MariaDbCluster.start(replicas);
    }

    /** {@code db-1} is the primary at first, {@code db-2} and on are the replicas. */
    List<DatabaseServer> servers() {
        List<DatabaseServer> servers = new ArrayList<>();
        for (MariaDbServer server : cluster.servers()) {
            servers.add(new DatabaseServer("db-" + (servers.size() + 1), server.host(), server.port()));
        }
        return servers;
    }

    /** The process behind a server of the topology. */
    MariaDbServer process(DatabaseServer server) {
        return cluster.servers().stream()
                .filter(process -> process.port() == server.port())
                .findFirst()
                .orElseThrow();
    }

    /** A view of its own, as another router has; checked once. */
    View view(Duration interval, ReadIndexSettings readIndex) throws Exception {
        TopologySettings defaults = SettingsReader.defaults(TopologySettings.class);
        TopologySettings settings = new TopologySettings(
                defaults.user(), defaults.password(), interval, defaults.timeout(), defaults.maxLag());
        TopologyMetrics metrics = new TopologyMetrics(new PrometheusRegistry());
        Topology topology = new Topology(
                vertx, servers(), settings, ServerTls.of(SettingsReader.defaults(ServerTlsSettings.class)), metrics);
        await(topology.start());
        Context context = vertx.getOrCreateContext();
        return new View(
                vertx,
                topology,
                context,
                readIndex,
                new ReadIndex(vertx, context, topology, readIndex, READS, metrics, server -> 0));
    }

    static <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close();
        cluster.close();
    }

    /** One router's topology and the read index of one of its event loops. */
    record View(Vertx vertx, Topology topology, Context context, ReadIndexSettings settings, ReadIndex readIndex) {
        /** Asks on the event loop, from any thread. */
        Future<ReadTarget> choose() {
            return choose(ReadDemand.STRICT);
        }

        Future<ReadTarget> choose(ReadDemand demand) {
            return choose(readIndex, demand);
        }

        Future<ReadTarget> choose(ReadIndex index, ReadDemand demand) {
            Promise<ReadTarget> answer = Promise.promise();
            context.runOnContext(ignored -> index.choose(demand).onComplete(answer));
            return answer.future();
        }

        /** Another one on the same loop and topology. */
        ReadIndex readIndex(ReadSettings reads) {
            return new ReadIndex(
                    vertx,
                    context,
                    topology,
                    settings,
                    reads,
                    new TopologyMetrics(new PrometheusRegistry()),
                    server -> 0);
        }

        void close() {
            readIndex.close();
            topology.close();
        }
    }
}
