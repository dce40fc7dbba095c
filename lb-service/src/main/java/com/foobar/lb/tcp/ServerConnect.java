package com.foobar.lb.tcp;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.BackendServer;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.ConnectException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects one session to a server of a backend, once that has fewer connections than it may have; to another one where that fails, or after a pause to one that refused. From the place with a server that it is given on,
 * until it hands that over or gives it back, the session counts as the server's. Belongs to the session's event loop.
 */
final class ServerConnect implements Admission.Waiter {
    private enum State {
        /** Nothing is under way: before the first server, and between two. */
        SEARCHING,
        /** In the backend's queue. */
        QUEUED,
        /** All servers have refused; one may come back. */
        PAUSED,
        CONNECTING,
        /** Connected, in vain, or cancelled. */
        OVER
    }

    /** Gets the connection, once, or learns that there is none. */
    interface Receiver {
        /** To be closed by the receiver, who also ends its use of the server and gives back the place with it. */
        void connected(Channel channel, BackendServer server);

        /** @param how the session ends for that */
        void noServer(Termination how);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnect.class);

    /** How long at most the servers are spared before one that refused is asked again, as in HAProxy. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TcpBackend backend;
    private final EventLoop eventLoop;
    private final Receiver receiver;
    private final long key;
    private final Set<BackendServer> tried = new HashSet<>(4);
    private State state = State.SEARCHING;
    private @Nullable BackendServer server;
    /** The one that could not be connected to before. */
    private @Nullable BackendServer failed;

    private @Nullable Future<Channel> connecting;
    private Admission.@Nullable Wait wait;
    /** Ends the wait in the queue, or the pause. */
    private @Nullable ScheduledFuture<?> timer;

    private long queuedSince;
    private long queueNanos;
    private int attempts;

    /** @param key by which the connection belongs to a server, where the backend hashes */
    ServerConnect(TcpBackend backend, long key, EventLoop eventLoop, Receiver receiver) {
        this.backend = backend;
        this.key = key;
        this.eventLoop = eventLoop;
        this.receiver = receiver;
    }

    /** Tries a server that was not tried yet or, where there is none, any. */
    void start() {
        Set<BackendServer> unwanted = backend.backend().hasServer(tried) ? tried : Set.of();
        BackendServer next = backend.admission().take(key, null, unwanted);
        if (next != null) {
            connect(next);
        } else if (backend.backend().hasServer(unwanted)) {
            await(unwanted);
        } else {
            inVain(Termination.NO_SERVER);
        }
    }

    private void inVain(Termination how) {
        LOG.debug("no server of backend {}: {}", name(), backend.backend().describe());
        state = State.OVER;
        receiver.noServer(how);
    }

    // ---- in the queue ----

    private void await(Set<BackendServer> unwanted) {
        wait = backend.admission().await(this, key, null, unwanted);
        if (wait == null) {
            inVain(Termination.QUEUE_EXHAUSTED);
            return;
        }
        state = State.QUEUED;
        queuedSince = System.nanoTime();
        timer = eventLoop.schedule(
                () -> {
                    leaveQueue();
                    inVain(Termination.QUEUE_EXHAUSTED);
                },
                backend.queueTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public boolean admitted(BackendServer next) {
        if (state != State.QUEUED) {
            return false;
        }
        leaveQueue();
        connect(next);
        return true;
    }

    private void leaveQueue() {
        queueNanos += System.nanoTime() - queuedSince;
        state = State.SEARCHING;
        dropTimer();
        if (wait != null) {
            backend.admission().leave(wait);
            wait = null;
        }
    }

    private void dropTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Whether it waits until a server has fewer connections than it may have. */
    boolean isQueued() {
        return state == State.QUEUED;
    }

    /** How long it has waited for that altogether. */
    long queueNanos() {
        return isQueued() ? queueNanos + System.nanoTime() - queuedSince : queueNanos;
    }

    // ---- with a place ----

    private void connect(BackendServer next) {
        BackendServer before = failed;
        if (before != null && !before.equals(next)) {
            before.stats().redispatched();
        }
        state = State.CONNECTING;
        server = next;
        attempts++;
        next.beginSession();
        next.stats().balanced();
        next.stats().connecting();
        connecting = TimedConnect.to(next.address(), backend.transport(), eventLoop, backend.connectTimeout());
        connecting.addListener((Future<Channel> done) -> connected(next, done));
    }

    private void connected(BackendServer asked, Future<Channel> done) {
        if (state == State.OVER) {
            if (done.isSuccess()) {
                done.getNow().close();
            }
            asked.endAborted();
            backend.admission().release(asked);
        } else if (done.isSuccess()) {
            state = State.OVER;
            asked.stats().relayOpened();
            receiver.connected(done.getNow(), asked);
        } else {
            String reason = describe(done.cause());
            LOG.debug("{}/{}: {}", name(), asked, reason);
            asked.endWithConnectionError(reason);
            backend.admission().release(asked);
            tried.add(asked);
            again(asked, done.cause());
        }
    }

    private void again(BackendServer by, Throwable cause) {
        boolean timedOut = cause instanceof ConnectTimeoutException;
        if (attempts >= backend.attempts()) {
            inVain(timedOut ? Termination.CONNECT_TIMEOUT : Termination.NO_SERVER);
        } else if (timedOut || backend.backend().hasServer(tried)) {
            retry(by);
            start();
        } else {
            state = State.PAUSED;
            timer = eventLoop.schedule(
                    () -> askAgain(by),
                    Math.min(LONGEST_PAUSE_NANOS, backend.connectTimeout().toNanos()),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Whatever checks say of it by now: they need longer to bring it back than it may need to come back. */
    private void askAgain(BackendServer by) {
        retry(by);
        boolean left = !backend.backend().hasServer(Set.of()) && by.state().isWanted();
        if (left && backend.admission().take(key, by, Set.of()) != null) {
            connect(by);
        } else {
            start();
        }
    }

    private void retry(BackendServer by) {
        by.stats().retried();
        failed = by;
        state = State.SEARCHING;
    }

    private static String describe(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof ConnectException && message.contains("refused") ? "connection refused" : message;
    }

    /** The connection is not wanted any more; nobody is told. */
    void cancel() {
        if (isQueued()) {
            leaveQueue();
        }
        dropTimer();
        state = State.OVER;
        if (connecting != null) {
            connecting.cancel(false);
        }
    }

    private String name() {
        return backend.backend().name();
    }

    String backend() {
        return name();
    }

    /** The server that was asked last, or null. */
    @Nullable
    BackendServer server() {
        return server;
    }

    /** Attempts after the first. */
    int retries() {
        return Math.max(0, attempts - 1);
    }
}
