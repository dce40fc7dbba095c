package com.foobar.http.backend;

import com.foobar.http.balance.Candidate;
import com.foobar.http.balance.PeakEwma;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.settings.HostPort;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * One address of a backend. Thread-safe.
 *
 * <p>Whoever sends it a request calls {@link #begin} first, for a connection of TCP mode {@link #beginSession}, and then exactly one of the {@code end…} methods, which give back the
 * place in {@link #inFlight()}.
 */
public final class BackendServer implements Candidate {
    private static final long LATENCY_DECAY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ServerSettings settings;
    private final Clock clock;
    private final SlowStart slowStart;
    private final ServerStats stats = new ServerStats();
    private final PeakEwma latency = new PeakEwma(LATENCY_DECAY_NANOS);
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final List<ServerObserver> observers = new CopyOnWriteArrayList<>();
    private final ServerLifecycle lifecycle;
    private volatile int weight;
    /** Its place in the list of the backend's servers; set once, before the first request. */
    private volatile int number;
    /** Whether the backend has it take any request; written under the lock of the backend's vacancies, as is the next. */
    private volatile boolean inRotation;

    private volatile boolean full;
    /** Counts the requests of all servers of the backend; set once, before the first request, as is the next. */
    private volatile LongAdder backendInFlight = new LongAdder();

    private volatile boolean timed;
    /** A server that is {@code DOWN} until a check says otherwise. */
    public BackendServer(ServerSettings settings, Duration slowStart, Clock clock) {
        this(settings, slowStart, clock, System::nanoTime);
    }

    BackendServer(ServerSettings settings, Duration slowStart, Clock clock, LongSupplier nanoTime) {
        this.settings = settings;
        this.clock = clock;
        this.slowStart = new SlowStart(slowStart, nanoTime);
        this.weight = checked(settings.weight());
        this.lifecycle = new ServerLifecycle(clock, stats, this::recovered, this::changed);
    }

    /** A server of that weight, with defaults for the rest. */
    public BackendServer(String name, HostPort address, int weight, Clock clock) {
        this(new ServerSettings(name, address, weight, false), Duration.ZERO, clock);
    }

    private int checked(int newWeight) {
        if (newWeight < 0 || newWeight > 256) {
            throw new IllegalArgumentException("weight of " + name() + ": " + newWeight + " (expected: 0-256)");
        }
        return newWeight;
    }

    @Override
    public String name() {
        return settings.name();
    }

    public HostPort address() {
        return settings.address();
    }

    /**
     * What connections to it begin with.
     *
     * @param common for servers whose settings do not say
     */
    public SendProxy sendProxy(SendProxy common) {
        return settings.sendProxyOr(common);
    }

    /**
     * How many requests it is given at the same time.
     *
     * @param common how many where its settings do not say
     */
    public int maxconn(int common) {
        Integer own = settings.maxconn();
        return own == null ? common : own;
    }

    /**
     * How many requests of sessions may wait for it.
     *
     * @param common how many where its settings do not say
     */
    public int maxqueue(int common) {
        Integer own = settings.maxqueue();
        return own == null ? common : own;
    }

    /** What is spoken with it. */
    public ServerProtocol protocol() {
        return settings.proto();
    }

    /** Whether it takes requests only when no other server does. */
    public boolean isBackup() {
        return settings.backup();
    }

    @Override
    public int weight() {
        return weight;
    }

    /** The weight that it was given in the settings, whatever it is now. */
    public int configuredWeight() {
        return settings.weight();
    }

    /** Gives it another weight, 0 to 256; observers are told if that is a change. */
    public void weight(int newWeight) {
        boolean changed;
        synchronized (this) {
            changed = weight != newWeight;
            weight = checked(newWeight);
        }
        if (changed) {
            observers.forEach(observer -> observer.weightChanged(this));
        }
    }

    @Override
    public double ramp() {
        return slowStart.ramp();
    }

    /** How long a slow start takes; 0 where it has none. */
    Duration slowStart() {
        return slowStart.duration();
    }

    /** Which one it is in the list of its backend's servers. */
    int number() {
        return number;
    }

    /** Whether requests go to it that belong to no other server; what the backend says. */
    boolean isInRotation() {
        return inRotation;
    }

    void inRotation(boolean now) {
        inRotation = now;
    }

    @Override
    public boolean isFull() {
        return full;
    }

    void full(boolean now) {
        full = now;
    }

    @Override
    public int inFlight() {
        return stats.inFlight();
    }

    @Override
    public double latency(long now) {
        return latency.estimate(now);
    }

    public ServerState state() {
        return lifecycle.state();
    }

    public ServerStats stats() {
        return stats;
    }

    /** How long it has been down altogether, the time before the first check included. */
    public Duration downtime() {
        return lifecycle.downtime();
    }

    /** How long it has been up, or down. */
    public Duration timeInState() {
        return lifecycle.timeInState();
    }

    /** Whether a new request may be sent to it now. */
    public boolean takesRequests() {
        return weight > 0 && state().takesRequests();
    }

    /** Whether a request may be sent to it that belongs to this server and no other: where its state allows that, or, whatever its checks say, where it takes any request (in panic). */
    public boolean takesSessions() {
        return state().takesSessions() || inRotation;
    }

    /** Whether it may be asked in spite of its checks, where there is no better one: it was up once, and something answers there. */
    boolean mayBeAskedInPanic() {
        ServerState now = state();
        return weight > 0 && now.isWanted() && lifecycle.wasUp() && now.reachable();
    }

    /** Has the observer called for everything that happens from now on. */
    public void observe(ServerObserver observer) {
        observers.add(observer);
    }

    /**
     * The server belongs to a backend.
     *
     * @param newNumber its place in the list of the backend's servers
     * @param requests where its requests are counted as well
     * @param byLatency whether the backend goes by how fast servers answer
     */
    void join(int newNumber, LongAdder requests, boolean byLatency) {
        number = newNumber;
        full = false;
        backendInFlight = requests;
        timed = byLatency;
    }

    /** Whether {@link #answeredAfter} is of use. */
    public boolean isTimed() {
        return timed;
    }

    /** Sets what the checks say; observers are told if that is a change. A server that is up is reachable. */
    public void set(OperationalState operational, String reason) {
        set(operational, reason, operational == OperationalState.UP || state().reachable());
    }

    /** Sets what the checks say, and whether they reach the server; observers are told if that is a change. */
    public void set(OperationalState operational, String reason, boolean reachable) {
        lifecycle.checked(operational, reason, reachable);
    }

    /** A check of the server, which is down, has had no answer in time; observers are told. */
    public void unanswering() {
        observers.forEach(observer -> observer.unanswering(this));
    }

    /** Sets what people want; observers are told if that is a change. */
    public void set(AdministrativeState administrative) {
        lifecycle.ordered(administrative);
    }

    /** Sets whether the server itself asks for no new requests; observers are told if that is a change. */
    public void askDrain(boolean drain) {
        lifecycle.askedDrain(drain);
    }

    /** Takes it out of rotation for live requests that failed. */
    public void eject() {
        lifecycle.ejected();
    }

    /** Ends an ejection. */
    public void readmit() {
        lifecycle.readmitted();
    }

    private void recovered() {
        slowStart.begin();
        latency.reset();
        failuresInARow.set(0);
    }

    private void changed(ServerState before, ServerState now) {
        observers.forEach(observer -> observer.stateChanged(this, before, now));
    }

    /** A request is about to be sent to this server. */
    public void begin() {
        stats.begin();
        backendInFlight.increment();
    }

    /** A connection of TCP mode is about to be passed to this server. */
    public void beginSession() {
        stats.beginSession();
        backendInFlight.increment();
    }

    private void end() {
        stats.end();
        backendInFlight.decrement();
    }

    /** How long the server took to begin its answer: what {@link #latency(long)} is made of. */
    public void answeredAfter(long nanos) {
        latency.observe(nanos, System.nanoTime());
    }

    /** The request got its whole answer, of this status. */
    public void endWithResponse(int status) {
        stats.responded(status);
        end();
        if (isFailure(status)) {
            failed();
        } else {
            succeeded();
        }
    }

    /** The connection was used and came to its end, of whose content nothing is known. */
    public void endWithSuccess() {
        succeeded();
        end();
    }

    private void succeeded() {
        if (failuresInARow.get() != 0) {
            failuresInARow.set(0);
        }
    }

    /** As HAProxy's {@code observe layer7}: 501 and 505 are answers to what was asked. */
    private static boolean isFailure(int status) {
        return status >= 500 && status != 501 && status != 505;
    }

    /** The request could not be sent, as no connection could be made. Tells the health check at once. */
    public void endWithConnectionError(String reason) {
        stats.connectionFailed();
        failed();
        end();
        observers.forEach(observer -> observer.requestFailed(this, reason));
    }

    /** The connection broke, the answer was malformed or came too late. Tells the health check at once. */
    public void endWithResponseError(String reason) {
        stats.responseFailed();
        failed();
        end();
        observers.forEach(observer -> observer.requestFailed(this, reason));
    }

    /** The connection broke in the midst of the answer, or of a session. Tells the health check at once. */
    public void endCutShort(String reason) {
        stats.serverAborted();
        endWithResponseError(reason);
    }

    private void failed() {
        stats.failed();
        int row = failuresInARow.incrementAndGet();
        // What fails fast must not look attractive to those who go by latency.
        long now = System.nanoTime();
        latency.observe((long) Math.min(60e9, Math.max(1e9, 2 * latency.estimate(now))), now);
        observers.forEach(observer -> observer.failedInARow(this, row));
    }

    /** The kept connection that the request went by was stale, which is no fault of the server: the request, still its own, is sent once more. */
    public void sentAgain() {
        stats.sentAgain();
    }

    /** The request was not sent, for a reason of ours. */
    public void endUnsent() {
        end();
    }

    /**
     * The request was sent, and given up as another server answered it first. How the server would have answered nobody knows: that is neither a failure nor the end of a row of them.
     *
     * @param nanos in which it did not begin its answer: what {@link #latency(long)} is at least
     */
    public void endOutrun(long nanos) {
        long now = System.nanoTime();
        if (nanos > latency.estimate(now)) {
            latency.observe(nanos, now);
        }
        stats.outrun();
        end();
    }

    /** The client left, or broke the request off by what it sent. */
    public void endAborted() {
        stats.clientAborted();
        end();
    }

    /** For error texts: {@code web-1 UP}, {@code web-2 DOWN for 3s (connection refused)}, {@code web-3 UP/DRAIN}. */
    public String describe() {
        return name() + " " + describeState();
    }

    /** The same without the name. */
    public String describeState() {
        return lifecycle.state().describe(clock.instant());
    }

    /** Name and address, for logs. */
    @Override
    public String toString() {
        return name() + " (" + address() + ")";
    }
}
