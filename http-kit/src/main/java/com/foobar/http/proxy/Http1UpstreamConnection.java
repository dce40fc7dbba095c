package com.foobar.http.proxy;

import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.http1.BodyDecoder;
import com.foobar.http.http1.HeadWriter;
import com.foobar.http.http1.Http1Output;
import com.foobar.http.http1.RawChannel;
import com.foobar.http.http1.ResponseHeadParser;
import com.foobar.http.http1.ResponseHeadParser.Framing;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.WebSocketKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection to a server, which carries one request of HTTP/1.1 at a time; requests are never sent ahead. Everything here belongs to the channel's event loop. */
final class Http1UpstreamConnection extends ChannelInboundHandlerAdapter implements UpstreamExchange {
    private static final int HEAD_LIMIT = 64 * 1024;
    private static final int FIELD_LIMIT = 200;
    /** Interim responses to one request; a server that sends more is broken. */
    private static final int INTERIM_LIMIT = 16;
    /** An idle connection is given up this long before the server would close it, as the request may cross the close on its way. */
    private static final int KEEP_ALIVE_MARGIN_SECONDS = 1;
    /** In Linux's {@code tcpi_state}: neither side has closed. */
    private static final int TCP_ESTABLISHED = 1;

    private enum State {
        IDLE,
        HEAD,
        BODY,
        CLOSED
    }

    private final Http1UpstreamPool pool;
    private final long idleNanos;
    private final long serverTimeoutNanos;
    private final ResponseHeadParser parser = new ResponseHeadParser(HEAD_LIMIT, FIELD_LIMIT);
    private final BodyDecoder body = new BodyDecoder();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Http1Output output;
    private @Nullable Deadline deadline;
    private @Nullable Receiver receiver;
    private @Nullable ByteBuf input;
    private State state = State.IDLE;
    private Method method = Method.GET;
    private int interim;
    private boolean anyReceived;
    private boolean chunkedRequest;
    private boolean upgrade;
    /** What the server's consent to a WebSocket must say, where nobody else will look; null otherwise. */
    private @Nullable String accept;

    private boolean requestSent;
    private boolean keepAlive;
    private boolean paused;
    private boolean processing;
    private boolean serverClosed;
    /** The server takes no more of the request. */
    private boolean outputLost;
    /** Why nothing more can be read; what has been read may still have to be handed over. */
    private @Nullable UpstreamFailure broken;

    private boolean established;
    /** Whether it has been idle. */
    private boolean kept;

    private long idleLimitNanos;
    private long idleSince;

    Http1UpstreamConnection(Http1UpstreamPool pool, ProxySettings settings) {
        this.pool = pool;
        this.idleNanos = settings.idleTimeout().toNanos();
        this.idleLimitNanos = idleNanos;
        this.serverTimeoutNanos = settings.timeouts().server().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        output = new Http1Output(newCtx);
        deadline = new Deadline(newCtx.channel().eventLoop(), () -> fail(UpstreamFailure.timeout(anyReceived)));
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    private Http1Output output() {
        return Objects.requireNonNull(output);
    }

    private Deadline deadline() {
        return Objects.requireNonNull(deadline);
    }

    /** The connection is open. */
    void connected() {
        established = true;
        // A server that has no use for the rest of a request may have answered it, and closed: that is still to be
        // read.
        context().channel().config().setAutoClose(false);
        idleSince = System.nanoTime();
    }

    /** Whether it may be given another request. */
    boolean usable(long now) {
        return state == State.IDLE && context().channel().isActive() && now - idleSince < idleLimitNanos;
    }

    long idleNanos(long now) {
        return now - idleSince;
    }

    /** It is idle from now on, and the server may close it at any time. */
    void kept() {
        kept = true;
    }

    /** Whether the server has closed it, though that was not read yet: asks the kernel, at the cost of a system call. Where the transport cannot ask, false. */
    boolean closedByServer() {
        try {
            return context().channel() instanceof EpollSocketChannel socket
                    && socket.tcpInfo().state() != TCP_ESTABLISHED;
        } catch (ChannelException e) {
            // A sandbox may not let anybody ask.
            return false;
        }
    }

    // ---- request ----

    @Override
    public void begin(Receiver newReceiver, RequestHead head) {
        receiver = newReceiver;
        method = head.method();
        state = State.HEAD;
        anyReceived = false;
        requestSent = false;
        interim = 0;
        chunkedRequest = head.bodyLength() < 0;
        upgrade = head.upgrade() != null;
        accept = acceptOf(head);
        HeadWriter.get().request(output().buffer(), head, head.bodyLength());
    }

    @Override
    public void send(ByteBuf data) {
        if (state == State.CLOSED || takesNoMore() || !data.isReadable()) {
            data.release();
        } else if (chunkedRequest) {
            output().chunk(data);
        } else {
            output().write(data);
        }
    }

    @Override
    public void endRequest(Fields trailers) {
        if (state != State.CLOSED) {
            if (chunkedRequest && !takesNoMore()) {
                output().lastChunk(trailers);
            }
            requestSent = true;
            flush();
            awaitServer();
        }
    }

    @Override
    public void flush() {
        if (state != State.CLOSED && !takesNoMore()) {
            output().push();
            context().flush();
        }
    }

    @Override
    public boolean writable() {
        return (takesNoMore() && state == State.BODY) || context().channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channelContext) {
        Receiver current = receiver;
        if (current == null) {
            return;
        }
        awaitServer();
        if (channelContext.channel().isWritable()) {
            current.upstreamWritable();
        }
    }

    /** Writing has failed: whether there is an answer is told by reading. */
    @Override
    public void userEventTriggered(ChannelHandlerContext channelContext, Object event) {
        if (event instanceof ChannelOutputShutdownEvent) {
            outputLost = true;
            output().release();
            if (state == State.IDLE) {
                close();
            } else if (state != State.CLOSED) {
                awaitServer();
                requestIsDropped();
            }
        }
        channelContext.fireUserEventTriggered(event);
    }

    /** Whether nothing that still comes of the request reaches the server. */
    private boolean takesNoMore() {
        return outputLost || serverClosed;
    }

    /** A client that gives its whole request before it takes the answer has to get rid of it; before the answer begins, another server may be given it yet. */
    private void requestIsDropped() {
        if (takesNoMore() && state == State.BODY) {
            Objects.requireNonNull(receiver).upstreamWritable();
        }
    }

    /** A client of HTTP/2 has sent no key of its own, and checks none. */
    private static @Nullable String acceptOf(RequestHead head) {
        String key = head.upgrade() != null && head.protocol() == Protocol.HTTP_2
                ? head.fields().get(WebSocketKey.KEY)
                : null;
        return key == null ? null : WebSocketKey.accept(key);
    }

    /** The server has to move while it owes us an answer, or reads too slowly; not while we wait for the client. */
    private void awaitServer() {
        boolean serversTurn = state != State.IDLE
                && !paused
                && (requestSent || !context().channel().isWritable());
        if (serversTurn) {
            deadline().in(serverTimeoutNanos);
        } else {
            deadline().clear();
        }
    }

    // ---- response ----

    @Override
    public void pause() {
        if (!paused) {
            paused = true;
            awaitServer();
            context().channel().config().setAutoRead(false);
        }
    }

    @Override
    public void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        if (!processing) {
            process();
            if (serverClosed && !paused) {
                serverClosed();
                return;
            }
        }
        if (!paused && state != State.CLOSED) {
            awaitServer();
            context().channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (state == State.IDLE || state == State.CLOSED) {
            // Nobody asked: whatever it is, it must not be taken for the answer to the next request.
            data.release();
            close();
            return;
        }
        anyReceived = true;
        ByteBuf before = input;
        input = before == null ? data : Unpooled.wrappedBuffer(before, data);
        process();
        if (state == State.HEAD || state == State.BODY) {
            awaitServer();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channelContext) {
        Receiver current = receiver;
        if (current != null) {
            current.responseReadComplete();
        }
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more) {
                ByteBuf in = input;
                more = in != null
                        && !paused
                        && (state == State.HEAD ? readHead(in) : state == State.BODY && readBody(in));
            }
        } catch (MalformedMessage e) {
            fail(UpstreamFailure.malformed(e.detail()));
        } finally {
            processing = false;
        }
        ByteBuf rest = input;
        if (rest != null && !rest.isReadable()) {
            input = null;
            rest.release();
        }
    }

    private boolean readHead(ByteBuf in) throws MalformedMessage {
        if (!parser.parse(in, method)) {
            return false;
        }
        ResponseHead head = parser.head();
        Receiver current = Objects.requireNonNull(receiver);
        if (head.status() < 200) {
            if (head.status() == 101 && upgrade && requestSent && !outputLost) {
                if (accept != null && !accept.equals(head.fields().get(WebSocketKey.ACCEPT))) {
                    throw MalformedMessage.badRequest("The server switched protocols for another key than ours.");
                }
                current.switched(head);
                return false;
            }
            if (head.status() == 101 || ++interim > INTERIM_LIMIT) {
                throw MalformedMessage.badRequest("The server switched protocols or went on with interim responses.");
            }
            if (head.status() != 100) {
                current.informed(head);
            }
            parser.reset();
            return true;
        }
        keepAlive = parser.keepAlive();
        int seconds = parser.keepAliveSeconds();
        idleLimitNanos = seconds < 0
                ? idleNanos
                : Math.min(idleNanos, TimeUnit.SECONDS.toNanos(Math.max(0, seconds - KEEP_ALIVE_MARGIN_SECONDS)));
        body.begin(
                switch (parser.framing()) {
                    case NONE -> 0;
                    case LENGTH -> head.contentLength();
                    case CHUNKED -> BodyDecoder.CHUNKED;
                    case UNTIL_CLOSE -> BodyDecoder.UNTIL_CLOSE;
                });
        state = State.BODY;
        current.responded(head);
        if (state == State.BODY && body.ended()) {
            end(Fields.none());
        }
        requestIsDropped();
        return true;
    }

    private boolean readBody(ByteBuf in) throws MalformedMessage {
        Receiver current = Objects.requireNonNull(receiver);
        ByteBuf data = body.next(in);
        if (data != null) {
            current.responseData(data);
        }
        if (body.ended() && state == State.BODY) {
            end(body.trailers());
            return true;
        }
        return data != null;
    }

    /** The response is complete: the connection goes back to its pool, unless one side is not done with it. */
    private void end(Fields trailers) {
        Receiver current = Objects.requireNonNull(receiver);
        receiver = null;
        deadline().clear();
        ByteBuf in = input;
        boolean clean = in == null || !in.isReadable();
        if (keepAlive
                && requestSent
                && clean
                && !takesNoMore()
                && context().channel().isActive()) {
            state = State.IDLE;
            parser.reset();
            idleSince = System.nanoTime();
            if (paused) {
                paused = false;
                context().channel().config().setAutoRead(true);
            }
            pool.released(this);
        } else {
            close();
        }
        current.responseEnded(trailers);
    }

    @Override
    public TunnelEnd leave(TunnelEvents events) {
        ByteBuf rest = input;
        input = null;
        if (rest != null && !rest.isReadable()) {
            rest.release();
            rest = null;
        }
        receiver = null;
        state = State.CLOSED;
        deadline().cancel();
        context().channel().closeFuture().addListener(closed -> pool.closed(this));
        return RawChannel.replace(context(), rest, events);
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        serverClosed = true;
        if (paused) {
            requestIsDropped();
        } else {
            serverClosed();
        }
    }

    /** Everything that the server sent before it closed has been handed over. */
    private void serverClosed() {
        UpstreamFailure failure = broken;
        // Of a reset that writing has met, reading tells nothing: the answer may lack its end.
        if (failure == null && !outputLost && state == State.BODY && parser.framing() == Framing.UNTIL_CLOSE) {
            end(Fields.none());
        } else if (state == State.HEAD || state == State.BODY) {
            fail(failure == null ? UpstreamFailure.closed(anyReceived, kept) : failure);
        } else {
            close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        if (state == State.HEAD || state == State.BODY) {
            boolean reset = cause instanceof IOException;
            UpstreamFailure failure =
                    UpstreamFailure.closed(anyReceived, kept && reset, String.valueOf(cause.getMessage()));
            if (paused) {
                broken = failure;
                serverClosed = true;
                requestIsDropped();
            } else {
                fail(failure);
            }
        } else {
            close();
        }
    }

    /** The server answers checks no more. */
    void unanswering() {
        if (state == State.IDLE) {
            close();
        } else if (state == State.HEAD && receiver != null) {
            receiver.unanswering();
        }
    }

    private void fail(UpstreamFailure failure) {
        Receiver current = receiver;
        receiver = null;
        close();
        if (current != null) {
            current.failed(failure);
        }
    }

    @Override
    public void close() {
        receiver = null;
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        deadline().cancel();
        output().release();
        ByteBuf rest = input;
        if (rest != null) {
            input = null;
            rest.release();
        }
        context().close();
        if (established) {
            pool.closed(this);
        }
    }
}
