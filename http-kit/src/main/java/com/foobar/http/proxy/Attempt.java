package com.foobar.http.proxy;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's try at one server: gets a connection, sends the request by it, hands the answer to the exchange, and gives the server back its place in every case. Where that connection
 * turns out to be stale, it goes on once by a new one, and keeps its place. Once it is over, the exchange hears nothing of it. Belongs to the exchange's event loop.
 */
final class Attempt implements UpstreamPool.Waiter, UpstreamExchange.Receiver {
    /** Of an answer that nobody wants, what is read so that its connection can be kept. */
    private static final int DISCARD_LIMIT = 64 * 1024;

    /** That a kept connection was closed shows when the request has been on its way there. A server that closes later has seen the request, and may have worked on it. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        /** Waiting for a connection. */
        ACQUIRING,
        /** The request is being sent, or is sent; the answer goes to the exchange. */
        ASKING,
        /** The exchange wants no more of the answer, which is read to its end. */
        DISCARDING,
        OVER
    }

    private final ProxyExchange exchange;
    private final BackendServer server;
    /** When it began, as {@link System#nanoTime}; 0 where nobody wants to know. */
    private final long begun;

    private final UpstreamPool pool;
    private final Admission admission;
    private State state = State.ACQUIRING;
    private @Nullable UpstreamExchange connection;
    private long connectedNanos;
    /** Whether it goes by a new connection in place of one that was stale. */
    private boolean renewed;

    private int status;
    private int discarded;

    /**
     * From here on the server counts the request as its own.
     *
     * @param server a place with which the request has been given
     * @param pool of connections to that server
     * @param admission takes the place back
     */
    Attempt(ProxyExchange exchange, BackendServer server, UpstreamPool pool, Admission admission) {
        this.exchange = exchange;
        this.server = server;
        this.begun = server.isTimed() ? System.nanoTime() : 0;
        this.pool = pool;
        this.admission = admission;
        server.begin();
    }

    /** Gets a connection; as {@link UpstreamPool#acquire}. */
    void acquire(long maxIdleNanos) {
        pool.acquire(this, maxIdleNanos);
    }

    BackendServer server() {
        return server;
    }

    /** The connection that the request goes by; null before there is one and after the attempt. */
    @Nullable
    UpstreamExchange connection() {
        return connection;
    }

    /** When there was a connection, as {@link System#nanoTime}; 0 where there is none yet. */
    long connectedNanos() {
        return connectedNanos;
    }

    /** Whether it has gone on by a new connection in place of one that was stale. */
    boolean isRenewed() {
        return renewed;
    }

    /** The client went away, or the answer cannot be passed on. */
    void abort() {
        if (end()) {
            server.endAborted();
            admission.release(server);
        }
    }

    /** The answer cannot be what the request asked for: the server's fault. */
    void refuse(String reason) {
        if (end()) {
            server.endWithResponseError(reason);
            admission.release(server);
        }
    }

    /** The time that the whole request had is over, and it was this server that was waited for; one that no connection had been made to yet had nothing to do with it. */
    void overdue(String reason) {
        if (state == State.ACQUIRING && !renewed) {
            cancel();
        } else if (end()) {
            endFailed(reason);
            admission.release(server);
        }
    }

    private void endFailed(String reason) {
        if (status != 0) {
            server.endCutShort(reason);
        } else {
            server.endWithResponseError(reason);
        }
    }

    /** Another attempt was faster. */
    void outrun() {
        if (state != State.ASKING) {
            cancel();
        } else if (end()) {
            server.endOutrun(System.nanoTime() - connectedNanos);
            admission.release(server);
        }
    }

    /** Nothing was needed of it. */
    void cancel() {
        if (end()) {
            server.endUnsent();
            admission.release(server);
        }
    }

    private boolean end() {
        if (state == State.OVER) {
            return false;
        }
        if (state == State.ACQUIRING) {
            pool.leave(this);
        }
        state = State.OVER;
        UpstreamExchange current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
        return true;
    }

    /** Nobody wants this answer, whose head has come. */
    void discard(ResponseHead head) {
        state = State.DISCARDING;
        if (head.contentLength() > DISCARD_LIMIT) {
            stopDiscarding();
        }
    }

    private void stopDiscarding() {
        if (end()) {
            server.endWithResponse(status);
            admission.release(server);
        }
    }

    // ---- from the pool ----

    @Override
    public boolean cancelled() {
        return state != State.ACQUIRING;
    }

    @Override
    public ClientConnection client() {
        return exchange.client();
    }

    @Override
    public void connected(UpstreamExchange newConnection) {
        connection = newConnection;
        connectedNanos = System.nanoTime();
        state = State.ASKING;
        RequestHead head = exchange.head();
        if (exchange.namesNoHost()) {
            // HTTP/1.1 insists on one (RFC 9112 §3.2), and to this one servers answer checks as well.
            head.fields().set(FieldName.HOST, server.address().toString());
        }
        newConnection.begin(this, head);
        if (newConnection.equals(connection)) {
            exchange.connected(this, newConnection);
        }
    }

    @Override
    public void connectFailed(String reason) {
        state = State.OVER;
        server.endWithConnectionError(reason);
        admission.release(server);
        exchange.connectFailed(this, reason);
    }

    // ---- from the connection ----

    @Override
    public void informed(ResponseHead head) {
        if (state == State.ASKING) {
            exchange.informed(this, head);
        }
    }

    @Override
    public void responded(ResponseHead head) {
        status = head.status();
        if (begun != 0 && status < 500) {
            server.answeredAfter(System.nanoTime() - begun);
        }
        exchange.responded(this, head);
    }

    @Override
    public void switched(ResponseHead head) {
        status = head.status();
        state = State.OVER;
        exchange.switched(this, head);
        connection = null;
    }

    /** The tunnel that came of it has closed. */
    void tunnelClosed() {
        server.endWithResponse(status);
        admission.release(server);
    }

    @Override
    public void responseData(ByteBuf data) {
        if (state == State.ASKING) {
            exchange.responseData(data);
            return;
        }
        discarded += data.readableBytes();
        data.release();
        if (state == State.DISCARDING && discarded > DISCARD_LIMIT) {
            stopDiscarding();
        }
    }

    @Override
    public void responseEnded(Fields trailers) {
        State before = state;
        connection = null;
        state = State.OVER;
        server.endWithResponse(status);
        admission.release(server);
        if (before == State.ASKING) {
            exchange.responseEnded(this, trailers);
        }
    }

    @Override
    public void responseReadComplete() {
        if (state == State.ASKING) {
            exchange.responseReadComplete();
        }
    }

    @Override
    public void upstreamWritable() {
        if (state == State.ASKING) {
            exchange.upstreamWritable(this);
        }
    }

    @Override
    public void unanswering() {
        if (state == State.ASKING) {
            exchange.unanswering(this);
        }
    }

    @Override
    public void failed(UpstreamFailure failure) {
        State before = state;
        connection = null;
        boolean atOnce = System.nanoTime() - connectedNanos < STALE_NANOS;
        if (before == State.ASKING && atOnce && server.takesSessions() && exchange.mayBeRenewed(failure)) {
            renewed = true;
            connectedNanos = 0;
            state = State.ACQUIRING;
            server.sentAgain();
            exchange.renew(this);
            return;
        }
        state = State.OVER;
        if (before == State.DISCARDING) {
            server.endWithResponse(status);
            admission.release(server);
            return;
        }
        if (failure.unprocessed() || failure.tooLarge()) {
            server.endUnsent();
        } else {
            endFailed(failure.reason());
        }
        admission.release(server);
        exchange.failed(this, failure);
    }
}
