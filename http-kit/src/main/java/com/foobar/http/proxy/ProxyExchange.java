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
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a server and the response on its way back. Both bodies stream: a side that does not keep up has the other one paused, so that what is in memory does not
 * grow with the body. Belongs to the stream's event loop.
 */
final class ProxyExchange implements RequestEvents {
    private enum State {
        /** A server is waited for, or asked; of an answer nothing has come, or nothing that we want. */
        ASKING,
        /** A small response has begun and is held until it is complete. */
        HOLDING,
        RESPONDING,
        DONE
    }

    private final RequestStream stream;
    private final ProxyContext context;
    private final Backend backend;
    private final Attempts attempts;
    private final ReplayBuffer body;
    private final boolean namesNoHost;
    /** The fields of the client's connection, which end here. */
    private final Set<String> nominated;
    /** The fields of the server's connection, which end here as well. */
    private Set<String> nominatedByServer = Set.of();

    private State state = State.ASKING;
    private @Nullable ScheduledFuture<?> totalTimeout;
    /** Not null once the request is complete. */
    private @Nullable Fields requestTrailers;

    private @Nullable HeldResponse held;

    /** @param nominated names, in lower case, that {@code Connection} had */
    ProxyExchange(RequestStream stream, ProxyContext context, Set<String> nominated) {
        this.stream = stream;
        this.context = context;
        this.backend = context.backend();
        this.attempts = new Attempts(this, stream, context);
        this.body = new ReplayBuffer(
                stream.allocator(), context.settings().retry().buffer().toInt());
        this.namesNoHost = !stream.head().fields().has(FieldName.HOST);
        this.nominated = nominated;
    }

    void start() {
        context.budget().requestBegan();
        limitTotal();
        if (!attempts.begin()) {
            fail(new ProxyError.NoServer(backend.name(), backend.describe()));
            return;
        }
        stream.receive(this);
        if (state == State.ASKING) {
            attempts.ask();
        }
    }

    private void limitTotal() {
        Duration limit = context.settings().timeouts().total();
        if (!limit.isZero()) {
            totalTimeout = stream.eventLoop().schedule(() -> overdue(limit), limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void overdue(Duration limit) {
        boolean serverAwaited = serverIsAwaited();
        if (serverAwaited) {
            attempts.stopOverdue("no whole answer within " + limit.toMillis() + " ms (timeouts.total)");
        }
        fail(new ProxyError.TotalTimeout(backend.name(), limit, !serverAwaited));
    }

    /** Whether what is to happen next is the server's to do, and not the client's: to go on with its request, or to take what there is of the answer. */
    private boolean serverIsAwaited() {
        if (state == State.RESPONDING && !stream.writable()) {
            return false;
        }
        UpstreamExchange connection = attempts.connection();
        return requestTrailers != null || connection == null || !connection.writable();
    }

    /** The request has waited for a server in vain. */
    void exhausted(ProxyError error) {
        fail(error);
    }

    /** Whether no answer has begun. */
    boolean isAsking() {
        return state == State.ASKING;
    }

    /** Whether the request may be sent twice, and all of its body is, or will be, kept for that. */
    boolean isRepeatable() {
        long length = head().bodyLength();
        boolean whole = requestTrailers != null || (length != RequestHead.UNKNOWN_LENGTH && body.keeps(length));
        return method().idempotent() && body.replayable() && whole;
    }

    ClientConnection client() {
        return stream.connection();
    }

    RequestHead head() {
        return stream.head();
    }

    /** Whether the client, of HTTP/1.0, has named no host. */
    boolean namesNoHost() {
        return namesNoHost;
    }

    private Method method() {
        return stream.head().method();
    }

    // ---- connection ----

    void connected(Attempt by, UpstreamExchange connection) {
        stream.record().connected(by.connectedNanos());
        ByteBuf kept = body.replay();
        if (kept != null) {
            connection.send(kept);
        }
        Fields trailers = requestTrailers;
        if (trailers != null) {
            connection.endRequest(trailers);
            planHedge();
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

    private void planHedge() {
        if (body.replayable()) {
            attempts.planHedge();
        }
    }

    void connectFailed(Attempt by, String reason) {
        if (attempts.survives(by)) {
            return;
        }
        BackendServer server = by.server();
        ProxyError.ConnectFailed error =
                new ProxyError.ConnectFailed(backend.name(), server.name(), attempts.made(), reason);
        RetryPolicy policy = context.retries();
        boolean again = by.isRenewed()
                ? policy.afterRefusedRenewal(attempts.made(), body.replayable(), method())
                : policy.afterConnectFailure(attempts.made(), body.replayable());
        if (!again || !attempts.askAfterRefusal(by, error)) {
            fail(error);
        }
    }

    // ---- from the client ----

    @Override
    public void data(ByteBuf data) {
        UpstreamExchange current = attempts.connection();
        if (state == State.ASKING) {
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
        nominated.forEach(trailers::remove);
        ForwardedFields.strip(trailers, context.settings().forwarded());
        requestTrailers = trailers;
        UpstreamExchange current = attempts.connection();
        if (current != null) {
            current.endRequest(trailers);
            planHedge();
        }
    }

    @Override
    public void readComplete() {
        // Both sides' bursts end here: the client's has to go up, the server's down.
        UpstreamExchange current = attempts.connection();
        if (current != null && requestTrailers == null) {
            current.flush();
        }
    }

    @Override
    public void writable() {
        UpstreamExchange current = attempts.connection();
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
        if (attempts.undecided()) {
            // Whose answer the client gets is open.
            return;
        }
        HopByHopFields.stripResponse(head.fields());
        stream.inform(head);
        stream.flush();
    }

    void responded(Attempt by, ResponseHead head) {
        context.hedging().answered(by.connectedNanos());
        boolean repeatable = requestTrailers != null && body.replayable();
        if (context.retries().afterStatus(attempts.made(), repeatable, method(), head.status())
                && (attempts.survives(by) || attempts.askUntried(by.server()))) {
            by.discard(head);
            return;
        }
        attempts.decide(by);
        if (head.status() < 300 && stream.head().upgrade() != null && head().protocol() == Protocol.HTTP_2) {
            // The client would take it for a tunnel (RFC 8441 §5).
            String reason = "status " + head.status() + " to a client that wants to switch protocols";
            by.refuse(reason);
            fail(new ProxyError.BadResponse(backend.name(), by.server().name(), reason));
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
        ended();
        body.drop();
        stream.record().answered();
        HopByHopFields.stripSwitch(head.fields());
        keepAtItsServer(head);
        ProxyTimeouts timeouts = context.settings().timeouts();
        Tunnel tunnel = new Tunnel(stream.eventLoop(), timeouts.tunnel(), timeouts.server(), by::tunnelClosed);
        TunnelEnd server = Objects.requireNonNull(by.connection()).leave(tunnel.server());
        tunnel.open(stream.switchProtocols(head, tunnel.client()), server);
    }

    private void respond(ResponseHead head) {
        state = State.RESPONDING;
        stream.record().answered();
        body.drop();
        nominatedByServer = HopByHopFields.stripResponse(head.fields());
        if (!head.fields().has(FieldName.X_REQUEST_ID)) {
            head.fields().add(FieldName.X_REQUEST_ID, stream.record().requestId());
        }
        keepAtItsServer(head);
        stream.respond(head);
    }

    /** Tells the client of the server that its session belongs to from now on. */
    private void keepAtItsServer(ResponseHead head) {
        StickyCookie sticky = context.sticky();
        BackendServer server = sticky == null ? null : attempts.newSession();
        if (sticky != null && server != null) {
            sticky.set(head.fields(), server);
            stream.record().beganSession();
        }
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
        UpstreamExchange current = attempts.connection();
        if (current != null && !stream.writable()) {
            current.pause();
        }
    }

    void responseEnded(Attempt by, Fields trailers) {
        if (held != null) {
            // Its end is the connection's to check; a client that has not even the head must not wait for ever.
            String reason = "the response ended before its body was complete";
            fail(new ProxyError.BadResponse(backend.name(), by.server().name(), reason));
            return;
        }
        ended();
        if (!nominatedByServer.isEmpty()) {
            nominatedByServer.forEach(trailers::remove);
        }
        stream.end(trailers);
    }

    void responseReadComplete() {
        stream.flush();
    }

    void upstreamWritable(Attempt by) {
        if (attempts.isCurrent(by)) {
            resumeRequest();
        }
    }

    /** What was kept back while the request was paused comes outside of any burst of reading; unflushed, it would keep the connection from ever becoming writable again. */
    private void resumeRequest() {
        stream.resume();
        readComplete();
    }

    /** A request that another server may be sent does not wait for one whose host may be gone; any other goes on waiting, as that server may have done what it asks for. */
    void unanswering(Attempt by) {
        UpstreamFailure lost = UpstreamFailure.broken(false, "the server answered neither the request nor checks");
        if (state == State.ASKING
                && requestTrailers != null
                && context.retries().afterFailure(attempts.made(), body.replayable(), method(), lost)) {
            attempts.leave(by, lost.reason());
        }
    }

    /** Whether the attempt is to go on by a new connection; not where another one is under way beside it. */
    boolean mayBeRenewed(UpstreamFailure failure) {
        return state == State.ASKING
                && !attempts.undecided()
                && !attempts.hasRenewed()
                && context.retries().afterStaleConnection(body.replayable(), method(), failure);
    }

    /** The attempt wants a new connection. */
    void renew(Attempt by) {
        attempts.renew(by);
    }

    void failed(Attempt by, UpstreamFailure failure) {
        if (attempts.survives(by)) {
            return;
        }
        releaseHeld();
        boolean again = state != State.RESPONDING
                && !failure.tooLarge()
                && context.retries().afterFailure(attempts.made(), body.replayable(), method(), failure);
        state = again ? State.ASKING : state;
        // As after a connection that failed, what no server has worked on is not out of the budget.
        if (!again || !attempts.askAnother(by.server(), !failure.unprocessed())) {
            fail(error(by.server(), failure));
        }
    }

    private ProxyError error(BackendServer server, UpstreamFailure failure) {
        if (failure.tooLarge()) {
            return new ProxyError.Malformed(431, failure.reason());
        }
        if (failure.unprocessed()) {
            return new ProxyError.ConnectFailed(backend.name(), server.name(), attempts.made(), failure.reason());
        }
        return failure.timeout()
                ? new ProxyError.ServerTimeout(
                        backend.name(),
                        server.name(),
                        context.settings().timeouts().server())
                : new ProxyError.BadResponse(backend.name(), server.name(), failure.reason());
    }

    private void fail(ProxyError error) {
        done();
        stream.fail(error);
    }

    /** Lets go of everything; a server that is still asked has its connection closed. */
    private void done() {
        ended();
        body.drop();
        releaseHeld();
        attempts.stop();
    }

    private void ended() {
        state = State.DONE;
        attempts.ended();
        ScheduledFuture<?> total = totalTimeout;
        if (total != null) {
            totalTimeout = null;
            total.cancel(false);
        }
    }
}
