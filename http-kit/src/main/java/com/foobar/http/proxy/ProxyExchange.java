package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
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
final class ProxyExchange implements RequestEvents, UpstreamConnection.Receiver, UpstreamPool.Waiter {
    /**
     * How long a connection may have been idle to carry a request that must not be sent twice: the server may be closing it while the request is on its way, and then nobody can tell
     * whether it was seen.
     */
    private static final long NOT_REPEATABLE_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Responses up to this size are passed on when they are complete, so that a server that dies in the middle of one costs its client nothing: the request goes to another. They mostly
     * arrive in one piece anyway.
     */
    private static final int HOLD_LIMIT = 64 * 1024;

    private enum State {
        /** Waiting for a connection. */
        ACQUIRING,
        /** The request is being sent, or is sent, and no response has begun. */
        WAITING,
        /** A small response has begun and is held until it is complete. */
        HOLDING,
        RESPONDING,
        DONE
    }

    private final RequestStream stream;
    private final Backend backend;
    private final ProxySettings settings;
    private final ServerPools pools;
    private final RetryPolicy retries;
    private final ReplayBuffer body;

    private State state = State.ACQUIRING;
    private int attempts;
    private @Nullable BackendServer server;
    private @Nullable UpstreamConnection connection;
    private @Nullable Set<BackendServer> tried;
    /** Not null once the request is complete. */
    private @Nullable Fields requestTrailers;

    private int status;
    private @Nullable ResponseHead heldHead;
    private @Nullable ByteBuf heldBody;

    ProxyExchange(RequestStream stream, Backend backend, ProxySettings settings, ServerPools pools) {
        this.stream = stream;
        this.backend = backend;
        this.settings = settings;
        this.pools = pools;
        this.retries = new RetryPolicy(settings.attempts());
        this.body = new ReplayBuffer(stream.allocator(), settings.retryBufferBytes());
    }

    void start() {
        BackendServer first = backend.pick();
        if (first == null) {
            fail(new ProxyError.NoServer(backend.name(), backend.describe()));
            return;
        }
        server = first;
        first.begin();
        stream.receive(this);
        if (state != State.DONE) {
            ask(first);
        }
    }

    private void ask(BackendServer chosen) {
        attempts++;
        stream.record().asked(backend.name(), chosen.name());
        long maxIdle = Long.MAX_VALUE;
        if (attempts > 1) {
            // A connection kept from before might be as dead as the last.
            maxIdle = UpstreamPool.NEW_ONLY;
        } else if (!stream.head().method().idempotent()) {
            maxIdle = NOT_REPEATABLE_IDLE_NANOS;
        }
        pools.of(stream.eventLoop(), chosen).acquire(this, maxIdle);
    }

    private BackendServer server() {
        return Objects.requireNonNull(server);
    }

    // ---- connection ----

    @Override
    public boolean cancelled() {
        return state != State.ACQUIRING;
    }

    @Override
    public void connected(UpstreamConnection newConnection) {
        connection = newConnection;
        state = State.WAITING;
        newConnection.begin(this, stream.head());
        ByteBuf kept = body.replay();
        if (kept != null) {
            newConnection.send(kept);
        }
        Fields trailers = requestTrailers;
        if (trailers != null) {
            newConnection.endRequest(trailers);
            return;
        }
        if (body.full()) {
            body.drop();
        }
        newConnection.flush();
        if (newConnection.writable()) {
            resumeRequest();
        }
    }

    @Override
    public void connectFailed(String reason) {
        server().endWithConnectionError(reason);
        if (!retries.afterConnectFailure(attempts, body.replayable()) || !askAnother()) {
            fail(new ProxyError.ConnectFailed(backend.name(), server().name(), attempts, reason));
        }
    }

    @Override
    public void queueExhausted(int connections, int waiting, Duration waited) {
        server().endUnsent();
        fail(new ProxyError.QueueExhausted(backend.name(), server().name(), connections, waiting, waited));
    }

    /** Asks a server that was not asked yet or, where there is none, any. Returns whether there is one. */
    private boolean askAnother() {
        BackendServer failed = server();
        Set<BackendServer> before = tried;
        if (before == null) {
            before = new HashSet<>(4);
            tried = before;
        }
        before.add(failed);
        BackendServer next = backend.pick(before);
        if (next == null) {
            next = backend.pick();
        }
        if (next == null) {
            return false;
        }
        stream.record().retried();
        failed.stats().retried();
        if (!next.equals(failed)) {
            failed.stats().redispatched();
        }
        state = State.ACQUIRING;
        server = next;
        next.begin();
        ask(next);
        return true;
    }

    // ---- from the client ----

    @Override
    public void data(ByteBuf data) {
        UpstreamConnection current = connection;
        if (state == State.ACQUIRING || state == State.WAITING) {
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
        UpstreamConnection current = connection;
        if (current != null) {
            current.endRequest(trailers);
        }
    }

    @Override
    public void readComplete() {
        // Both sides' bursts end here: the client's has to go up, the server's down.
        UpstreamConnection current = connection;
        if (current != null && requestTrailers == null) {
            current.flush();
        }
    }

    @Override
    public void writable() {
        UpstreamConnection current = connection;
        if (current != null) {
            current.resume();
            // As in resumeRequest: nobody else flushes what was kept back.
            stream.flush();
        }
    }

    @Override
    public void aborted(ProxyError cause) {
        if (state == State.DONE) {
            return;
        }
        done();
        server().endAborted();
    }

    // ---- from the server ----

    @Override
    public void informed(ResponseHead head) {
        HopByHopFields.stripResponse(head.fields());
        stream.inform(head);
        stream.flush();
    }

    @Override
    public void responded(ResponseHead head) {
        status = head.status();
        boolean small = head.contentLength() > 0 && head.contentLength() <= HOLD_LIMIT;
        if (small
                && requestTrailers != null
                && body.replayable()
                && stream.head().method().idempotent()
                && head.hasBody(stream.head().method())) {
            state = State.HOLDING;
            heldHead = head;
        } else {
            respond(head);
        }
    }

    private void respond(ResponseHead head) {
        state = State.RESPONDING;
        body.drop();
        HopByHopFields.stripResponse(head.fields());
        if (!head.fields().has(FieldName.X_REQUEST_ID)) {
            head.fields().add(FieldName.X_REQUEST_ID, stream.record().requestId());
        }
        stream.respond(head);
    }

    @Override
    public void responseData(ByteBuf data) {
        if (state == State.HOLDING) {
            hold(data);
        } else {
            pass(data);
        }
    }

    private void hold(ByteBuf data) {
        ResponseHead head = Objects.requireNonNull(heldHead);
        ByteBuf held = heldBody;
        ByteBuf whole = data;
        if (held != null || data.readableBytes() < head.contentLength()) {
            if (held == null) {
                held = stream.allocator().buffer((int) head.contentLength());
                heldBody = held;
            }
            held.writeBytes(data);
            data.release();
            whole = held;
        }
        if (whole.readableBytes() == head.contentLength()) {
            heldBody = null;
            respond(head);
            pass(whole);
        }
    }

    private void releaseHeld() {
        heldHead = null;
        ByteBuf held = heldBody;
        if (held != null) {
            heldBody = null;
            held.release();
        }
    }

    private void pass(ByteBuf data) {
        stream.write(data);
        if (stream.ended()) {
            done();
            server().endAborted();
            return;
        }
        UpstreamConnection current = connection;
        if (current != null && !stream.writable()) {
            current.pause();
        }
    }

    @Override
    public void responseEnded(Fields trailers) {
        connection = null;
        state = State.DONE;
        server().endWithResponse(status);
        stream.end(trailers);
    }

    @Override
    public void responseReadComplete() {
        stream.flush();
    }

    @Override
    public void upstreamWritable() {
        resumeRequest();
    }

    /** What was kept back while the request was paused comes outside of any burst of reading; unflushed, it would keep the connection from ever becoming writable again. */
    private void resumeRequest() {
        stream.resume();
        readComplete();
    }

    @Override
    public void failed(UpstreamFailure failure) {
        connection = null;
        server().endWithResponseError(failure.reason());
        releaseHeld();
        boolean again = (state == State.WAITING || state == State.HOLDING)
                && retries.afterFailure(
                        attempts, body.replayable(), stream.head().method(), failure);
        if (!again || !askAnother()) {
            fail(
                    failure.timeout()
                            ? new ProxyError.ServerTimeout(backend.name(), server().name(), settings.serverTimeout())
                            : new ProxyError.BadResponse(backend.name(), server().name(), failure.reason()));
        }
    }

    private void fail(ProxyError error) {
        done();
        stream.fail(error);
    }

    private void done() {
        state = State.DONE;
        body.drop();
        releaseHeld();
        UpstreamConnection current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
    }
}
