package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a server and the response on its way back. Both bodies stream: a side that does not keep up has the other one paused, so that what is in memory does not
 * grow with the body. Belongs to the stream's event loop.
 */
final class ProxyExchange implements RequestEvents, Admission.Waiter {
    /**
     * How long a connection may have been idle to carry a request that must not be sent twice: the server may be closing it while the request is on its way, and then nobody can tell
     * whether it was seen.
     */
    private static final long NOT_REPEATABLE_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        /** All servers have as many requests as they may have. */
        QUEUED,
        /** A server is asked; of its answer nothing has come, or nothing that we want. */
        ASKING,
        /** A small response has begun and is held until it is complete. */
        HOLDING,
        RESPONDING,
        DONE
    }

    private final RequestStream stream;
    private final ProxyContext context;
    private final Backend backend;
    /** By which the request belongs to a server, where the backend hashes. */
    private final long key;

    /** The server that the client's cookie keeps it at, whether that can be asked or not; null for none. */
    private final @Nullable BackendServer session;

    private final ReplayBuffer body;

    private State state = State.ASKING;
    private int attempts;
    /** The one that is under way or was the last; null before the first. */
    private @Nullable Attempt attempt;

    private @Nullable Set<BackendServer> tried;
    /** Servers that will not do for the next attempt; not changed while the request waits, as others read it then. */
    private Set<BackendServer> unwanted = Set.of();

    /** The server that failed the attempt before. */
    private @Nullable BackendServer failed;

    private long queuedNanos;
    private @Nullable ScheduledFuture<?> queueTimeout;
    /** Not null once the request is complete. */
    private @Nullable Fields requestTrailers;

    private @Nullable HeldResponse held;

    ProxyExchange(RequestStream stream, ProxyContext context) {
        this.stream = stream;
        this.context = context;
        this.backend = context.backend();
        this.key = context.key().of(stream);
        StickyCookie sticky = context.sticky();
        this.session = sticky == null ? null : sticky.take(stream.head().fields());
        this.body = new ReplayBuffer(
                stream.allocator(), context.settings().retry().buffer().toInt());
    }

    void start() {
        context.budget().requestBegan();
        BackendServer first = context.admission().admit(this);
        if (first == null && pick(Set.of()) == null) {
            fail(new ProxyError.NoServer(backend.name(), backend.describe()));
            return;
        }
        if (first == null) {
            await();
        } else {
            attempt = new Attempt(this, first, context.admission());
        }
        stream.receive(this);
        if (first != null && state == State.ASKING) {
            acquire(attempt());
        }
    }

    /** Asks that server, with which the request has a place. */
    private void ask(BackendServer server) {
        state = State.ASKING;
        BackendServer before = failed;
        if (before != null && !before.equals(server)) {
            before.stats().redispatched();
        }
        attempt = new Attempt(this, server, context.admission());
        acquire(attempt());
    }

    private void acquire(Attempt next) {
        attempts++;
        stream.record().asked(backend.name(), next.server().name());
        long maxIdle = Long.MAX_VALUE;
        if (attempts > 1) {
            // A connection kept from before might be as dead as the last.
            maxIdle = UpstreamPool.NEW_ONLY;
        } else if (!method().idempotent()) {
            maxIdle = NOT_REPEATABLE_IDLE_NANOS;
        }
        context.pools().of(stream.eventLoop(), next.server()).acquire(next, maxIdle);
    }

    // ---- queue ----

    private void await() {
        state = State.QUEUED;
        queuedNanos = System.nanoTime();
        Duration limit = context.settings().timeouts().queue();
        if (context.admission().enqueue(this)) {
            queueTimeout = stream.eventLoop().schedule(this::exhausted, limit.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            exhausted();
        }
    }

    private void exhausted() {
        if (state == State.QUEUED) {
            int waiting = context.admission().waiting();
            Duration waited = Duration.ofNanos(System.nanoTime() - queuedNanos);
            fail(new ProxyError.QueueExhausted(backend.name(), backend.describe(), waiting, waited));
        }
    }

    private void stopWaiting() {
        ScheduledFuture<?> timeout = queueTimeout;
        if (timeout != null) {
            queueTimeout = null;
            timeout.cancel(false);
        }
    }

    @Override
    public EventLoop eventLoop() {
        return stream.eventLoop();
    }

    @Override
    public @Nullable BackendServer pick(Set<BackendServer> full) {
        if (wantsSession()) {
            return full.contains(session) ? null : session;
        }
        if (unwanted.isEmpty() || full.isEmpty()) {
            return backend.pick(key, full.isEmpty() ? unwanted : full);
        }
        Set<BackendServer> except = new HashSet<>(full);
        except.addAll(unwanted);
        return backend.pick(key, except);
    }

    @Override
    public boolean wantsAny() {
        return unwanted.isEmpty() && !wantsSession();
    }

    /** Whether it waits for the server of the client's session, however busy (HAProxy's persistence), rather than to go to another. */
    private boolean wantsSession() {
        return session != null && !unwanted.contains(session) && session.takesSessions();
    }

    @Override
    public boolean admitted(BackendServer server) {
        if (state != State.QUEUED) {
            return false;
        }
        stopWaiting();
        stream.record().queued(System.nanoTime() - queuedNanos);
        ask(server);
        return true;
    }

    ClientConnection client() {
        return stream.connection();
    }

    RequestHead head() {
        return stream.head();
    }

    private Method method() {
        return stream.head().method();
    }

    private Attempt attempt() {
        return Objects.requireNonNull(attempt);
    }

    /** The connection to the server, if there is one now. */
    private @Nullable UpstreamConnection connection() {
        Attempt current = attempt;
        return current == null ? null : current.connection();
    }

    // ---- connection ----

    void connected(Attempt by, UpstreamConnection connection) {
        ByteBuf kept = body.replay();
        if (kept != null) {
            connection.send(kept);
        }
        Fields trailers = requestTrailers;
        if (trailers != null) {
            connection.endRequest(trailers);
            return;
        }
        if (body.full()) {
            body.drop();
        }
        connection.flush();
        if (connection.writable()) {
            resumeRequest();
        }
    }

    void connectFailed(Attempt by, String reason) {
        BackendServer server = by.server();
        // Not out of the budget: no server has had work with it.
        if (!context.retries().afterConnectFailure(attempts, body.replayable()) || !askAnother(server, false)) {
            fail(new ProxyError.ConnectFailed(backend.name(), server.name(), attempts, reason));
        }
    }

    // ---- retries ----

    /** Asks a server that was not asked yet or, where there is none, any. Returns whether there is one, and the budget, where it is asked, allows it. */
    private boolean askAnother(BackendServer by, boolean budgeted) {
        addTried(by);
        if (pick(Set.of()) == null) {
            unwanted = Set.of();
        }
        return retry(by, budgeted);
    }

    /** Asks a server that was not asked yet. Returns whether there is one, and the budget allows it. */
    private boolean askUntried(BackendServer by) {
        addTried(by);
        return retry(by, true);
    }

    private void addTried(BackendServer server) {
        Set<BackendServer> before = tried;
        if (before == null) {
            before = new HashSet<>(4);
            tried = before;
        }
        before.add(server);
        unwanted = before;
    }

    private boolean retry(BackendServer by, boolean budgeted) {
        if (pick(Set.of()) == null || (budgeted && !context.budget().withdraw())) {
            return false;
        }
        stream.record().retried();
        by.stats().retried();
        failed = by;
        BackendServer next = context.admission().admit(this);
        if (next == null) {
            await();
        } else {
            ask(next);
        }
        return true;
    }

    // ---- from the client ----

    @Override
    public void data(ByteBuf data) {
        UpstreamConnection current = connection();
        if (state == State.ASKING || state == State.QUEUED) {
            body.add(data);
        }
        if (current == null) {
            data.release();
            if (body.full()) {
                stream.pause();
            }
            return;
        }
        if (body.full()) {
            body.drop();
        }
        current.send(data);
        if (!current.writable()) {
            stream.pause();
        }
    }

    @Override
    public void end(Fields trailers) {
        requestTrailers = trailers;
        UpstreamConnection current = connection();
        if (current != null) {
            current.endRequest(trailers);
        }
    }

    @Override
    public void readComplete() {
        // Both sides' bursts end here: the client's has to go up, the server's down.
        UpstreamConnection current = connection();
        if (current != null && requestTrailers == null) {
            current.flush();
        }
    }

    @Override
    public void writable() {
        UpstreamConnection current = connection();
        if (current != null) {
            current.resume();
            // As in resumeRequest: nobody else flushes what was kept back.
            stream.flush();
        }
    }

    @Override
    public void aborted(ProxyError cause) {
        if (state != State.DONE) {
            done();
        }
    }

    // ---- from the server ----

    void informed(Attempt by, ResponseHead head) {
        HopByHopFields.stripResponse(head.fields());
        stream.inform(head);
        stream.flush();
    }

    void responded(Attempt by, ResponseHead head) {
        boolean repeatable = requestTrailers != null && body.replayable();
        if (context.retries().afterStatus(attempts, repeatable, method(), head.status()) && askUntried(by.server())) {
            by.discard(head);
            return;
        }
        if (repeatable && method().idempotent() && HeldResponse.isSmall(head, method())) {
            state = State.HOLDING;
            held = new HeldResponse(stream.allocator(), head);
        } else {
            respond(head);
        }
    }

    void switched(Attempt by, ResponseHead head) {
        state = State.DONE;
        body.drop();
        stream.record().connected(by.connectedNanos());
        HopByHopFields.stripSwitch(head.fields());
        ProxyTimeouts timeouts = context.settings().timeouts();
        Tunnel tunnel = new Tunnel(stream.eventLoop(), timeouts.tunnel(), timeouts.server(), by::tunnelClosed);
        TunnelEnd server = Objects.requireNonNull(by.connection()).leave(tunnel.server());
        tunnel.open(stream.switchProtocols(head, tunnel.client()), server);
    }

    private void respond(ResponseHead head) {
        state = State.RESPONDING;
        stream.record().connected(attempt().connectedNanos());
        body.drop();
        HopByHopFields.stripResponse(head.fields());
        if (!head.fields().has(FieldName.X_REQUEST_ID)) {
            head.fields().add(FieldName.X_REQUEST_ID, stream.record().requestId());
        }
        StickyCookie sticky = context.sticky();
        BackendServer server = attempt().server();
        if (sticky != null && !server.equals(session)) {
            sticky.set(head.fields(), server);
        }
        stream.respond(head);
    }

    void responseData(ByteBuf data) {
        HeldResponse holding = held;
        if (holding == null) {
            pass(data);
            return;
        }
        ByteBuf whole = holding.add(data);
        if (whole != null) {
            held = null;
            respond(holding.head());
            pass(whole);
        }
    }

    private void releaseHeld() {
        HeldResponse holding = held;
        if (holding != null) {
            held = null;
            holding.release();
        }
    }

    private void pass(ByteBuf data) {
        stream.write(data);
        if (stream.ended()) {
            done();
            return;
        }
        UpstreamConnection current = connection();
        if (current != null && !stream.writable()) {
            current.pause();
        }
    }

    void responseEnded(Fields trailers) {
        state = State.DONE;
        stream.end(trailers);
    }

    void responseReadComplete() {
        stream.flush();
    }

    void upstreamWritable(Attempt by) {
        resumeRequest();
    }

    /** What was kept back while the request was paused comes outside of any burst of reading; unflushed, it would keep the connection from ever becoming writable again. */
    private void resumeRequest() {
        stream.resume();
        readComplete();
    }

    void failed(Attempt by, UpstreamFailure failure) {
        releaseHeld();
        boolean again = state != State.RESPONDING
                && context.retries().afterFailure(attempts, body.replayable(), method(), failure);
        if (!again || !askAnother(by.server(), true)) {
            fail(
                    failure.timeout()
                            ? new ProxyError.ServerTimeout(
                                    backend.name(),
                                    by.server().name(),
                                    context.settings().timeouts().server())
                            : new ProxyError.BadResponse(
                                    backend.name(), by.server().name(), failure.reason()));
        }
    }

    private void fail(ProxyError error) {
        done();
        stream.fail(error);
    }

    /** Lets go of everything; a server that is still asked has its connection closed. */
    private void done() {
        if (state == State.QUEUED) {
            stopWaiting();
            context.admission().leave(this);
        }
        state = State.DONE;
        body.drop();
        releaseHeld();
        if (attempt != null) {
            attempt().abort();
        }
    }
}
