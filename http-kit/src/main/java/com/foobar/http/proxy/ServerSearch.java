package com.foobar.http.proxy;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.SessionCookie;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds servers for one request, with a place with each: the first, then others than those that were tried; waits where none has room. Belongs to the request's event loop. */
final class ServerSearch implements Admission.Waiter {
    private final Attempts attempts;
    private final ProxyExchange exchange;
    private final RequestStream stream;
    private final ProxyContext context;
    private final Backend backend;
    /** By which the request belongs to a server, where the backend hashes. */
    private final long key;

    /** The server that the client's cookie keeps it at, whether that can be asked or not; null for none. */
    private final @Nullable BackendServer session;

    private @Nullable Set<BackendServer> tried;
    /** Servers that will not do. */
    private Set<BackendServer> unwanted = Set.of();

    private boolean waiting;
    private long waitingSince;
    private Admission.@Nullable Wait wait;
    private @Nullable ScheduledFuture<?> timeout;

    /**
     * @param attempts told of what is found after a wait
     * @param exchange told that a wait was in vain
     */
    ServerSearch(Attempts attempts, ProxyExchange exchange, RequestStream stream, ProxyContext context) {
        this.attempts = attempts;
        this.exchange = exchange;
        this.stream = stream;
        this.context = context;
        this.backend = context.backend();
        this.key = context.key().of(stream);
        this.session = takeSession();
    }

    private @Nullable BackendServer takeSession() {
        StickyCookie sticky = context.sticky();
        if (sticky == null) {
            return null;
        }
        String cookie = sticky.take(stream.head().fields());
        if (cookie == null) {
            stream.record().sessionCookie(SessionCookie.NONE);
            return null;
        }
        BackendServer named = sticky.server(cookie);
        if (named == null) {
            stream.record().sessionCookie(SessionCookie.INVALID);
        } else {
            stream.record().sessionCookie(named.takesSessions() ? SessionCookie.VALID : SessionCookie.DOWN);
        }
        return named;
    }

    /** The server that the client's cookie names; null for none. */
    @Nullable
    BackendServer session() {
        return session;
    }

    /** From now on another server than this, and those before it, is wanted. */
    void avoid(BackendServer server) {
        Set<BackendServer> before = tried;
        if (before == null) {
            before = new HashSet<>(4);
            tried = before;
        }
        before.add(server);
        unwanted = before;
    }

    /** From now on any server will do, if there is none but those to {@linkplain #avoid avoid}. */
    void contentItself() {
        if (!hasCandidate()) {
            unwanted = Set.of();
        }
    }

    /** Whether there is a server that will do, with room or without. */
    boolean hasCandidate() {
        return wanted() != null || backend.hasServer(unwanted);
    }

    /** A server, with which the request has a place from now on; null where none has room. */
    @Nullable
    BackendServer take() {
        return context.admission().take(key, wanted(), unwanted);
    }

    /** Takes a place with that server, whatever its checks say. Returns whether it has one, and neither people nor the server itself want it left alone. */
    boolean takeInSpiteOfChecks(BackendServer server) {
        return server.state().isWanted() && context.admission().take(key, server, Set.of()) != null;
    }

    /** Waits for a server; {@link Attempts#found} or {@link ProxyExchange#exhausted} follows, the latter perhaps before this returns. */
    void await() {
        waiting = true;
        waitingSince = System.nanoTime();
        stream.record().enqueued(waitingSince);
        long limit = context.settings().timeouts().queue().toNanos();
        wait = context.admission().await(this, key, wanted(), unwanted);
        if (wait == null) {
            giveUp();
        } else {
            timeout = stream.eventLoop().schedule(this::giveUp, limit, TimeUnit.NANOSECONDS);
        }
    }

    /** Waits no more. */
    void stop() {
        if (waiting) {
            waiting = false;
            stream.record().leftQueue(System.nanoTime());
            if (wait != null) {
                context.admission().leave(wait);
            }
            cancelTimeout();
        }
    }

    private void giveUp() {
        if (waiting) {
            stop();
            Duration waited = Duration.ofNanos(System.nanoTime() - waitingSince);
            exchange.exhausted(new ProxyError.QueueExhausted(
                    backend.name(), backend.describe(), context.admission().waiting(), waited));
        }
    }

    /** The server of the client's session, to be waited for however busy it is (HAProxy's persistence), rather than to go to another; null where any will do. */
    private @Nullable BackendServer wanted() {
        return session != null && !unwanted.contains(session) && session.takesSessions() ? session : null;
    }

    private void cancelTimeout() {
        ScheduledFuture<?> pending = timeout;
        if (pending != null) {
            timeout = null;
            pending.cancel(false);
        }
    }

    // ---- to the queue ----

    @Override
    public EventLoop eventLoop() {
        return stream.eventLoop();
    }

    @Override
    public boolean admitted(BackendServer server) {
        if (!waiting) {
            return false;
        }
        waiting = false;
        cancelTimeout();
        stream.record().admitted(System.nanoTime());
        attempts.found(server);
        return true;
    }
}
