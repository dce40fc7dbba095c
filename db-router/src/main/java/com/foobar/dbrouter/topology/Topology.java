package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.tls.ServerTls;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database servers as they are now. Every server is watched on a control connection of its own; what the checks find
 * becomes one immutable {@link TopologySnapshot}.
 *
 * <p>A server whose connection ends or that refuses one is unreachable at once, one that does not answer after two
 * checks; it is checked again at every interval and counts again as soon as it answers. Nothing here writes to a server.
 * Thread-safe; the mutable parts belong to the event loop that {@link #start()} was called on.
 */
public final class Topology {

    private static final Logger log = LoggerFactory.getLogger(Topology.class);

    private final Vertx vertx;
    private final List<DatabaseServer> servers;
    private final TopologySettings settings;
    private final ControlLogin login;
    private final TopologyMetrics metrics;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<SilenceListener> silenceListeners = new CopyOnWriteArrayList<>();
    private final List<ServerMonitor> monitors = new ArrayList<>();
    private final Context context;
    private final PrimaryHistory history;
    private final Promise<Void> checkedOnce = Promise.promise();
    private volatile TopologySnapshot snapshot;

    private record SilenceListener(Duration patience, Consumer<DatabaseServer> action) {}

    /**
     * @param servers at least one, with different names
     * @param tls of the connections that watch them
     */
    public Topology(
            Vertx vertx,
            List<DatabaseServer> servers,
            TopologySettings settings,
            ServerTls tls,
            TopologyMetrics metrics) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("no database server");
        }
        if (Set.copyOf(servers.stream().map(DatabaseServer::name).toList()).size() < servers.size()) {
            throw new IllegalArgumentException("two database servers have the same name");
        }
        this.vertx = vertx;
        this.servers = List.copyOf(servers);
        this.settings = settings;
        this.login = new ControlLogin(settings.user(), settings.password(), tls);
        this.metrics = metrics;
        this.context = vertx.getOrCreateContext();
        this.history = new PrimaryHistory(settings.maxLag());
        this.snapshot = RoleAssignment.assign(
                servers.stream().map(ServerState::unchecked).toList(), settings.maxLag());
    }

    /** Begins to watch. Completes when every server has been checked once, whatever that found; never fails. */
    public Future<Void> start() {
        context.runOnContext(ignored -> {
            for (DatabaseServer server : servers) {
                monitors.add(new ServerMonitor(vertx, context, server, settings, login, state -> checked()));
            }
            monitors.forEach(ServerMonitor::check);
        });
        return checkedOnce.future();
    }

    ControlLogin login() {
        return login;
    }

    /** The servers as the last checks found them. */
    public TopologySnapshot snapshot() {
        return snapshot;
    }

    /**
     * Has a server checked now, instead of at the end of the interval, because a connection to it failed. Cheap to call
     * often.
     */
    public void recheck(DatabaseServer server) {
        context.runOnContext(ignored -> monitors.stream()
                .filter(monitor -> monitor.state().server().equals(server))
                .forEach(ServerMonitor::check));
    }

    /** Has every server checked now, because the roles may have changed. */
    void recheckAll() {
        context.runOnContext(ignored -> monitors.forEach(ServerMonitor::check));
    }

    /**
     * Runs the listener after the primary, the replicas that answer reads, or a role changed. It runs on the topology's
     * event loop and must not block.
     */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Runs the listener after each check while a server has been unreachable for that long at a stretch. One that refuses the
     * checks is not meant: what runs there may still be answered. It runs on the topology's event loop and must not block.
     */
    public void onSilence(Duration patience, Consumer<DatabaseServer> listener) {
        silenceListeners.add(new SilenceListener(patience, listener));
    }

    /** Ends watching. */
    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(ignored -> {
            monitors.forEach(ServerMonitor::close);
            monitors.clear();
            closed.complete();
        });
        return closed.future();
    }

    TopologySettings settings() {
        return settings;
    }

    private void checked() {
        publish();
        for (SilenceListener listener : silenceListeners) {
            monitors.stream()
                    .filter(monitor -> monitor.isSilentFor(listener.patience()))
                    .forEach(monitor -> listener.action().accept(monitor.state().server()));
        }
    }

    private void publish() {
        TopologySnapshot before = snapshot;
        if (monitors.stream().anyMatch(monitor -> monitor.state().detail().equals(ServerState.UNCHECKED))) {
            // One that has not been asked may accept writes as well. It is unreachable after one timeout at most.
            return;
        }
        TopologySnapshot after =
                assign(monitors.stream().map(ServerMonitor::state).toList());
        snapshot = after;
        metrics.record(after);
        logChanges(before, after);
        if (!sameShape(before, after)) {
            listeners.forEach(Runnable::run);
        }
        checkedOnce.tryComplete();
    }

    private TopologySnapshot assign(List<ServerState> states) {
        TopologySnapshot told = RoleAssignment.assign(states, settings.maxLag());
        ServerState primary = told.primary();
        if (primary == null) {
            return told;
        }
        long now = System.nanoTime();
        Position position = primary.position();
        if (position != null) {
            history.note(position, now);
        }
        return RoleAssignment.assign(history.corrected(states, now), settings.maxLag());
    }

    private static void logChanges(TopologySnapshot before, TopologySnapshot after) {
        for (int i = 0; i < after.servers().size(); i++) {
            ServerState was = before.servers().get(i);
            ServerState is = after.servers().get(i);
            if (was.role() != is.role() || was.reachable() != is.reachable() || was.applying() != is.applying()) {
                String text =
                        is.role() == ServerRole.UNKNOWN ? "DOWN" : is.role().toString();
                if (is.role() == ServerRole.UNKNOWN || (is.role() == ServerRole.REPLICA && !is.applying())) {
                    log.warn("{} is {}: {}", is.server(), text, is.detail());
                } else {
                    log.info("{} is {}: {} ({})", is.server(), text, is.detail(), is.version());
                }
            }
        }
        boolean appeared = before.problem().isEmpty() || (isChecked(after) && !isChecked(before));
        if (!after.problem().isEmpty() && appeared) {
            log.warn("no primary: {}", after.problem());
        }
    }

    private static boolean isChecked(TopologySnapshot snapshot) {
        return snapshot.servers().stream().noneMatch(state -> state.detail().equals(ServerState.UNCHECKED));
    }

    private static boolean sameShape(TopologySnapshot before, TopologySnapshot after) {
        return roles(before).equals(roles(after)) && names(before.replicas()).equals(names(after.replicas()));
    }

    private static List<ServerRole> roles(TopologySnapshot snapshot) {
        return snapshot.servers().stream().map(ServerState::role).toList();
    }

    private static List<DatabaseServer> names(List<ServerState> states) {
        return states.stream().map(ServerState::server).toList();
    }
}
