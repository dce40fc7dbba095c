package com.foobar.dbrouter;

import com.foobar.dbrouter.admin.DigestsPage;
import com.foobar.dbrouter.admin.PoolsPage;
import com.foobar.dbrouter.admin.RoutePage;
import com.foobar.dbrouter.admin.SessionsPage;
import com.foobar.dbrouter.admin.TopologyPage;
import com.foobar.dbrouter.auth.Authenticator;
import com.foobar.dbrouter.auth.RsaKeys;
import com.foobar.dbrouter.auth.RsaPassword;
import com.foobar.dbrouter.auth.Users;
import com.foobar.dbrouter.config.DbRouterSettings;
import com.foobar.dbrouter.config.UserSettings;
import com.foobar.dbrouter.listener.ClientTls;
import com.foobar.dbrouter.listener.MySqlListener;
import com.foobar.dbrouter.memory.ClientMemory;
import com.foobar.dbrouter.metrics.MemoryMetrics;
import com.foobar.dbrouter.metrics.PoolMetrics;
import com.foobar.dbrouter.metrics.RouterMetrics;
import com.foobar.dbrouter.metrics.StatementDigests;
import com.foobar.dbrouter.pool.ServerPools;
import com.foobar.dbrouter.pool.ServerPools.LoopPools;
import com.foobar.dbrouter.routing.ClassificationCache;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.session.ClientSessions;
import com.foobar.dbrouter.session.ConsistencyChoice;
import com.foobar.dbrouter.session.SessionServices;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.KnownFunctions;
import com.foobar.dbrouter.topology.ReadIndex;
import com.foobar.dbrouter.topology.ServerState;
import com.foobar.dbrouter.topology.Topology;
import com.foobar.dbrouter.topology.TopologyMetrics;
import com.foobar.dbrouter.topology.TopologySnapshot;
import com.foobar.kit.Neighbour;
import com.foobar.kit.Readiness;
import com.foobar.kit.Service;
import com.foobar.kit.ServiceContext;
import com.foobar.kit.net.NettyTransport;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Puts the router together. Ready while there is a primary: without one neither writes nor strict reads can be answered. */
final class DbRouterService implements Service {
    /** Texts whose classification each event loop remembers. */
    private static final int CLASSIFICATIONS = 1024;

    /** Before the primary has been seen: new enough for every client to use the protocol as it is today. */
    private static final String VERSION_BEFORE_ANY_IS_KNOWN = "8.4.0-db-router";

    private final Vertx vertx;
    private final DbRouterSettings settings;
    private final Topology topology;
    private final TopologyMetrics topologyMetrics;
    private final KnownFunctions functions;
    private final RouterMetrics metrics;
    private final Users users;
    private final ConsistencyChoice consistency;
    private final ClientMemory memory;
    private final ServerPools pools;
    private final ClientSessions clients = new ClientSessions();
    private final MySqlListener listener;
    private volatile @Nullable RsaKeys rsaKeys;
    private final Map<EventLoop, SessionServices> perLoop = new ConcurrentHashMap<>();
    private final List<ReadIndex> readIndexes = new CopyOnWriteArrayList<>();

    DbRouterService(ServiceContext<DbRouterSettings> context) {
        vertx = context.vertx();
        settings = context.settings();
        List<DatabaseServer> servers = settings.databaseServers();
        ServerTls serverTls = ServerTls.of(settings.serverTls());
        metrics = new RouterMetrics(context.registry());
        topologyMetrics = new TopologyMetrics(context.registry());
        topology = new Topology(vertx, servers, settings.monitor(), serverTls, topologyMetrics);
        functions = new KnownFunctions(settings.routing().functions(), topology);
        users = new Users(settings.users().stream().map(UserSettings::user).toList());
        consistency = consistency(settings);
        NettyTransport transport = NettyTransport.of(vertx);
        memory = settings.sessions().memory();
        MemoryMetrics.register(context.registry(), memory);
        pools = new ServerPools(
                transport,
                servers,
                users::credential,
                serverTls,
                settings.pool(),
                memory.prepared(),
                () -> metrics.error("kill_failed"));
        PoolMetrics.register(context.registry(), pools);
        listener = new MySqlListener(
                transport, settings.listen(), settings.sessions(), this::servicesOf, this::serverVersion, metrics);
        PoolMetrics.registerRatio(context.registry(), pools, listener::clients);
        context.management().add("GET", "/topology", new TopologyPage(topology));
        context.management().add("GET", "/digests", new DigestsPage(vertx, perLoop::values));
        context.management().add("GET", "/sessions", new SessionsPage(vertx, clients));
        context.management()
                .add(
                        "POST",
                        "/route",
                        new RoutePage(topology, consistency, settings.monitor().maxLag(), functions));
        context.management().add("GET", "/pools", new PoolsPage(pools, listener::clients));
    }

    @Override
    public Future<Void> start() {
        topology.onChange(() -> topology.snapshot().servers().stream()
                .filter(state -> !state.reachable())
                .forEach(state -> pools.giveUpWaiting(state.server())));
        // A client that waits for a primary does so for no longer: nor does one that has sent it something already.
        topology.onSilence(settings.sessions().primaryTimeout(), pools::giveUp);
        topology.start();
        return makeKeys()
                .compose(made -> ClientTls.open(vertx, settings.tls(), settings.requireTls()))
                .compose(listener::start);
    }

    /** Only where passwords are learned from clients: it takes a second of computing. */
    private Future<Void> makeKeys() {
        if (!users.haveVerifiers()) {
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(() -> {
            rsaKeys = new RsaKeys(RsaPassword.makeKeys());
            return null;
        });
    }

    /** The port for MySQL clients. */
    int port() {
        return listener.port();
    }

    private Authenticator authenticator(Context context) {
        return new Authenticator(
                users,
                () -> settings.authPlugin().plugin(serverVersion().contains("MariaDB")),
                rsaKeys,
                (work, onEventLoop) -> context.executeBlocking(work::getAsBoolean, false)
                        .onComplete(onEventLoop::accept, failure -> onEventLoop.accept(false)));
    }

    private SessionServices servicesOf(EventLoop loop) {
        return perLoop.computeIfAbsent(loop, this::makeServices);
    }

    private SessionServices makeServices(EventLoop loop) {
        LoopPools loopPools = pools.of(loop);
        Context context =
                ((VertxInternal) vertx).contextBuilder().withEventLoop(loop).build();
        return new SessionServices(
                loop,
                loopPools,
                topology,
                clients,
                readIndex(context, loopPools),
                consistency,
                new ClassificationCache(CLASSIFICATIONS, functions),
                new StatementDigests(),
                authenticator(context),
                settings.sessions(),
                memory,
                metrics);
    }

    private ReadIndex readIndex(Context context, LoopPools loopPools) {
        ReadIndex index = new ReadIndex(
                vertx, context, topology, settings.readIndex(), settings.reads(), topologyMetrics, loopPools::inUse);
        readIndexes.add(index);
        return index;
    }

    private static ConsistencyChoice consistency(DbRouterSettings settings) {
        Map<String, Consistency> ofUsers = new HashMap<>();
        for (UserSettings user : settings.users()) {
            Consistency own = user.consistency();
            if (own != null) {
                ofUsers.put(user.user().name(), own);
            }
        }
        return new ConsistencyChoice(settings.consistency(), ofUsers);
    }

    private String serverVersion() {
        ServerState primary = topology.snapshot().primary();
        return primary == null || primary.version().isEmpty() ? VERSION_BEFORE_ANY_IS_KNOWN : primary.version();
    }

    @Override
    public Readiness readiness() {
        TopologySnapshot snapshot = topology.snapshot();
        return snapshot.primary() != null
                ? Readiness.ready()
                : Readiness.notReady("no primary is reachable: " + snapshot.problem());
    }

    @Override
    public List<Neighbour> neighbours() {
        return topology.snapshot().servers().stream()
                .map(state -> new Neighbour(
                        state.server().name(),
                        state.server().host() + ":" + state.server().port(),
                        state.detail().isEmpty()
                                ? state.role().toString()
                                : state.role() + " (" + state.detail() + ")"))
                .toList();
    }

    @Override
    public Future<Void> drain() {
        return listener.drain();
    }

    @Override
    public Future<Void> stop() {
        listener.close();
        pools.close();
        readIndexes.forEach(ReadIndex::close);
        return topology.close();
    }
}
