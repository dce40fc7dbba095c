package com.foobar.http.backend;

import com.foobar.http.balance.Candidate;
import com.foobar.kit.settings.HostPort;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One address of a backend. Thread-safe.
 *
 * <p>Whoever sends it a request calls {@link #begin} first and then exactly one of the {@code end…} methods, which give back the
 * place in {@link #inFlight()}.
 */
public final class BackendServer implements Candidate {
    private final String name;
    private final HostPort address;
    private final int weight;
    private final Clock clock;
    private final ServerStats stats = new ServerStats();
    private final List<ServerObserver> observers = new CopyOnWriteArrayList<>();
    private volatile ServerState state;
    /** Time spent down before the present state; guarded by this object's lock. */
    private Duration downBefore = Duration.ZERO;

    /** A server that is {@code DOWN} until a check says otherwise. */
    public BackendServer(String name, HostPort address, int weight, Clock clock) {
        if (weight < 0 || weight > 256) {
            throw new IllegalArgumentException("weight of " + name + ": " + weight + " (expected: 0-256)");
        }
        this.name = name;
        this.address = address;
        this.weight = weight;
        this.clock = clock;
        this.state =
                new ServerState(OperationalState.DOWN, AdministrativeState.READY, "not checked yet", clock.instant());
    }

    public BackendServer(ServerSettings settings, Clock clock) {
        this(settings.name(), settings.address(), settings.weight(), clock);
    }

    public String name() {
        return name;
    }

    public HostPort address() {
        return address;
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int inFlight() {
        return stats.inFlight();
    }

    public ServerState state() {
        return state;
    }

    public ServerStats stats() {
        return stats;
    }

    /** How long it has been down altogether, the time before the first check included. */
    public synchronized Duration downtime() {
        return state.operational() == OperationalState.DOWN ? downBefore.plus(timeInState()) : downBefore;
    }

    /** How long it has been up, or down. */
    public Duration timeInState() {
        return Duration.between(state.since(), clock.instant());
    }

    /** Whether a new request may be sent to it now. */
    public boolean takesRequests() {
        return weight > 0 && state.takesRequests();
    }

    /** Has the observer called for everything that happens from now on. */
    public void observe(ServerObserver observer) {
        observers.add(observer);
    }

    /** Sets what the checks say; observers are told if that is a change. */
    public void set(OperationalState operational, String reason) {
        ServerState before;
        ServerState now;
        synchronized (this) {
            before = state;
            now = before.with(operational, reason, clock.instant());
            state = now;
            if (before.operational() == OperationalState.UP && operational == OperationalState.DOWN) {
                stats.wentDown();
            }
            if (before.operational() == OperationalState.DOWN && operational == OperationalState.UP) {
                downBefore = downBefore.plus(Duration.between(before.since(), now.since()));
            }
        }
        if (before.operational() != operational) {
            observers.forEach(observer -> observer.stateChanged(this, before, now));
        }
    }

    /** Sets what people want; observers are told if that is a change. */
    public void set(AdministrativeState administrative) {
        ServerState before;
        ServerState now;
        synchronized (this) {
            before = state;
            now = before.with(administrative);
            state = now;
        }
        if (before.administrative() != administrative) {
            observers.forEach(observer -> observer.stateChanged(this, before, now));
        }
    }

    /** A request is about to be sent to this server. */
    public void begin() {
        stats.begin();
    }

    /** The request got its whole answer, of this status. */
    public void endWithResponse(int status) {
        stats.responded(status);
        stats.end();
    }

    /** The request could not be sent, as no connection could be made. Tells the health check at once. */
    public void endWithConnectionError(String reason) {
        stats.connectionFailed();
        stats.end();
        observers.forEach(observer -> observer.requestFailed(this, reason));
    }

    /** The connection broke, the answer was malformed or came too late. Tells the health check at once. */
    public void endWithResponseError(String reason) {
        stats.responseFailed();
        stats.end();
        observers.forEach(observer -> observer.requestFailed(this, reason));
    }

    /** The request was not sent, for a reason of ours. */
    public void endUnsent() {
        stats.end();
    }

    /** The client left, or broke the request off by what it sent. */
    public void endAborted() {
        stats.clientAborted();
        stats.end();
    }

    /** For error texts: {@code web-1 UP}, {@code web-2 DOWN for 3s (connection refused)}, {@code web-3 UP/DRAIN}. */
    public String describe() {
        return name + " " + describeState();
    }

    /** The same without the name. */
    public String describeState() {
        ServerState now = state;
        StringBuilder text = new StringBuilder().append(now.operational());
        if (now.administrative() != AdministrativeState.READY) {
            text.append('/').append(now.administrative());
        }
        if (now.operational() == OperationalState.DOWN) {
            long seconds = Duration.between(now.since(), clock.instant()).toSeconds();
            text.append(" for ")
                    .append(seconds)
                    .append("s (")
                    .append(now.reason())
                    .append(')');
        }
        return text.toString();
    }

    /** Name and address, for logs. */
    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
