package com.foobar.http.http1;

import com.foobar.http.exchange.BodyPace;
import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.HttpConnection;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.LingeringClose;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.MalformedMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of an HTTP/1.1 connection: reads one request after the other and answers them in that order. While one is being answered, at most one read's worth of what the
 * client sends ahead is kept; then reading stops until the answer has ended.
 *
 * <p>Everything here belongs to the channel's event loop.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter implements HttpConnection {
    /** What is still read of a request that was answered before its body had arrived, so that the connection can be kept. */
    private static final int DISCARD_LIMIT = 64 * 1024;

    private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

    private enum State {
        /** Between requests, or in the middle of a head. */
        HEAD,
        /** Reading a body to a handler that may have paused it. */
        BODY,
        /** Reading the rest of a body whose request has been answered. */
        DISCARD,
        /** The request is complete, its response is not. */
        ANSWER,
        /** We are done; what still arrives is dropped until the client closes. */
        LINGER,
        CLOSED
    }

    private final ConnectionContext context;
    private final HttpLimits limits;
    private final RequestHeadParser parser;
    private final BodyDecoder body = new BodyDecoder();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Http1Output output;
    private @Nullable Deadline readDeadline;
    private @Nullable OutputWatch outputWatch;
    private State state = State.HEAD;
    private @Nullable ByteBuf input;
    private @Nullable Http1Stream stream;
    /** Of the body that is being read; null where there is none. */
    private @Nullable BodyPace pace;

    /** When the head began to arrive that is not complete yet; 0 where there is none, as {@link System#nanoTime} otherwise. */
    private long headSince;

    private int requests;
    private boolean processing;
    private boolean inReadBurst;
    private boolean flushWanted;
    private boolean draining;
    private long discardUntil;

    public Http1Connection(ConnectionContext context) {
        this.context = context;
        this.limits = context.limits();
        this.parser = new RequestHeadParser(limits.headBytes(), limits.targetBytes(), limits.fields());
    }

    ConnectionContext context() {
        return context;
    }

    ChannelHandlerContext channelContext() {
        return Objects.requireNonNull(ctx);
    }

    Http1Output output() {
        return Objects.requireNonNull(output);
    }

    Channel channel() {
        return channelContext().channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        output = new Http1Output(newCtx);
        readDeadline = new Deadline(newCtx.channel().eventLoop(), this::readTimedOut);
        outputWatch = new OutputWatch(newCtx.channel(), limits.clientTimeout().toNanos(), this::clientStalled);
        readDeadline.in(limits.headTimeout().toNanos());
    }

    // ---- reading ----

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object message) {
        inReadBurst = true;
        ByteBuf data = (ByteBuf) message;
        if (state == State.LINGER || state == State.CLOSED) {
            data.release();
            return;
        }
        ByteBuf before = input;
        if (before == null) {
            input = data;
        } else {
            input = Unpooled.wrappedBuffer(before, data);
        }
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channelContext) {
        inReadBurst = false;
        Http1Stream current = stream;
        if (current != null) {
            current.readComplete();
        }
        if (flushWanted) {
            flush();
        }
    }

    /** Goes on with what has arrived, until it is used up or somebody has to be waited for. */
    void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (step()) {
                // each step is one head or one piece of a body
            }
        } catch (MalformedMessage e) {
            refuse(ProxyError.Malformed.from(e));
        } finally {
            processing = false;
        }
        ByteBuf rest = input;
        if (rest != null && !rest.isReadable()) {
            rest.release();
            input = null;
        }
        updateReading();
    }

    private boolean step() throws MalformedMessage {
        ByteBuf in = input;
        return switch (state) {
            case HEAD -> in != null && in.isReadable() && mayReadHead() && readHead(in);
            case BODY ->
                stream != null && stream.flowing() && readBody(in == null ? Unpooled.EMPTY_BUFFER : in, stream);
            case DISCARD -> readBody(in == null ? Unpooled.EMPTY_BUFFER : in, null);
            case ANSWER, LINGER, CLOSED -> false;
        };
    }

    /** Who takes no answers gets no more of them to be kept; a head that has begun is read to its end, as its time runs. */
    private boolean mayReadHead() {
        return parser.begun() || channel().isWritable();
    }

    private boolean readHead(ByteBuf in) throws MalformedMessage {
        boolean begun = parser.begun();
        if (!parser.parse(in)) {
            if (!begun) {
                headSince = System.nanoTime();
                if (requests > 0) {
                    deadline().in(limits.headTimeout().toNanos());
                }
            }
            return false;
        }
        headSince = 0;
        requests++;
        body.begin(parser.head().bodyLength());
        boolean keepAlive = parser.keepAlive() && !draining && requests < limits.requestsPerConnection();
        Http1Stream next = new Http1Stream(this, parser.head(), System.nanoTime(), keepAlive);
        stream = next;
        deadline().clear();
        if (parser.head().bodyLength() > limits.bodyBytes()) {
            state = State.BODY;
            next.dropBody();
            next.fail(new ProxyError.BodyTooLarge(limits.bodyBytes()));
            return true;
        }
        if (body.ended()) {
            state = State.ANSWER;
        } else {
            state = State.BODY;
            pace = new BodyPace(limits, parser.head(), System::nanoTime);
        }
        next.begin();
        return true;
    }

    /** Reads a piece of the body, for the stream or for nobody. */
    private boolean readBody(ByteBuf in, @Nullable Http1Stream receiver) throws MalformedMessage {
        ByteBuf data = body.next(in);
        if (data != null) {
            if (receiver == null) {
                data.release();
                if (body.read() > discardUntil) {
                    linger();
                    return false;
                }
            } else if (body.read() > limits.bodyBytes()) {
                data.release();
                receiver.giveUp(new ProxyError.BodyTooLarge(limits.bodyBytes()));
                return false;
            } else {
                awaitBody(receiver);
                receiver.bodyData(data);
            }
        }
        if (!body.ended()) {
            return data != null;
        }
        if (state == State.CLOSED || state == State.LINGER) {
            return false;
        }
        deadline().clear();
        if (receiver == null || state == State.DISCARD) {
            nextRequest();
        } else {
            state = State.ANSWER;
            receiver.bodyEnd(body.trailers());
        }
        return true;
    }

    private void nextRequest() {
        stream = null;
        parser.reset();
        state = State.HEAD;
        if (draining) {
            closeWhenFlushed();
        } else {
            deadline().in(limits.idleTimeout().toNanos());
        }
    }

    private Deadline deadline() {
        return Objects.requireNonNull(readDeadline);
    }

    /** Reads on unless a handler asked for a pause or the client sends ahead of its answers; then only one read's worth is kept. */
    private void updateReading() {
        boolean wanted =
                switch (state) {
                    case HEAD -> input == null || mayReadHead();
                    case DISCARD, LINGER -> true;
                    case BODY -> stream != null && stream.flowing();
                    case ANSWER -> input == null;
                    case CLOSED -> false;
                };
        Channel channel = channel();
        if (state != State.CLOSED && channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    // ---- called by the stream ----

    /** The handler wants the body, or wants it again. */
    void bodyWanted() {
        if (state == State.BODY) {
            awaitBody(Objects.requireNonNull(stream));
        }
        process();
    }

    /** The answer begins, or goes on, while the body may still be coming: a client that only listens for a while does not stall. */
    void answering(Http1Stream receiver) {
        if (state == State.BODY && receiver.flowing()) {
            awaitBody(receiver);
        }
    }

    /** The client is to go on with the body; once the answer has begun, at whatever rate. */
    private void awaitBody(Http1Stream receiver) {
        BodyPace kept = Objects.requireNonNull(pace);
        if (receiver.responded()) {
            kept.anyRate();
        }
        deadline().in(kept.await(body.read()));
    }

    /** The handler wants no more of the body for now. */
    void bodyPaused() {
        if (state == State.BODY) {
            Objects.requireNonNull(pace).pause();
            deadline().clear();
            updateReading();
        }
    }

    /** Whether so little is missing of the body that it is cheaper to read it than to close the connection. */
    boolean bodyNearlyRead() {
        return state != State.BODY || body.left() <= DISCARD_LIMIT;
    }

    /** The response has been written. */
    void answered(Http1Stream ended, boolean keepAlive) {
        if (ended != stream || state == State.CLOSED || state == State.LINGER) {
            return;
        }
        wantFlush();
        if (!keepAlive || (state == State.BODY && !bodyNearlyRead())) {
            linger();
        } else if (state == State.BODY) {
            stream = null;
            discardUntil = body.read() + DISCARD_LIMIT;
            state = State.DISCARD;
            deadline().in(limits.clientTimeout().toNanos());
            process();
        } else {
            nextRequest();
            process();
        }
    }

    /** Flushes now, or at the end of what is being read. */
    void wantFlush() {
        if (inReadBurst) {
            flushWanted = true;
        } else {
            flush();
        }
    }

    private void flush() {
        flushWanted = false;
        channelContext().flush();
    }

    /** The answer that switches protocols has been written: what follows, and what the client may have sent ahead, is no HTTP. */
    RawChannel leave(TunnelEvents events) {
        ByteBuf rest = input;
        input = null;
        release();
        flush();
        return RawChannel.replace(channelContext(), rest, events);
    }

    /** Closes at once, so that the client cannot take what it got for complete. */
    void reset() {
        if (state != State.CLOSED) {
            release();
            channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ChannelHandlerContext tls = channelContext().pipeline().context(SslHandler.class);
            // Past TLS, whose close_notify would say that the response is complete.
            (tls == null ? channelContext() : tls).close();
        }
    }

    // ---- ends ----

    /** Answers a request whose framing is lost, and closes. */
    private void refuse(ProxyError error) {
        Http1Stream current = stream;
        if (state == State.DISCARD) {
            linger();
            return;
        }
        if (current == null) {
            long since = headSince == 0 ? System.nanoTime() : headSince;
            current = new Http1Stream(this, parser.head(), since, false);
            stream = current;
            state = State.ANSWER;
            current.dropBody();
            current.fail(error);
        } else {
            current.giveUp(error);
        }
    }

    /** Has the client see our last response before we go: a close with unread input would reset the connection under it (RFC 9112 §9.6). */
    private void linger() {
        if (state == State.LINGER || state == State.CLOSED) {
            return;
        }
        state = State.LINGER;
        stream = null;
        releaseInput();
        deadline().in(limits.clientTimeout().toNanos());
        LingeringClose.begin(channelContext(), () -> deadline().in(LingeringClose.LIMIT_NANOS));
    }

    private void closeWhenFlushed() {
        state = State.CLOSED;
        releaseInput();
        channelContext().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void release() {
        state = State.CLOSED;
        stream = null;
        releaseInput();
        deadline().cancel();
        outputWatch().cancel();
    }

    private void releaseInput() {
        ByteBuf rest = input;
        if (rest != null) {
            input = null;
            rest.release();
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (state == State.HEAD && !parser.begun()) {
            closeWhenFlushed();
        } else if (stream != null) {
            stream.lastOfConnection();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext channelContext, Object event) {
        if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
            ChannelHandlerContext tls = channelContext.pipeline().context(SslHandler.class);
            if (tls != null && ((SslHandler) tls.handler()).engine().isOutboundDone()) {
                tlsEnded(tls);
            }
        }
        channelContext.fireUserEventTriggered(event);
    }

    /** The client's close_notify has ended our side of TLS as well, as BoringSSL does it: nothing more can be said to it. */
    private void tlsEnded(ChannelHandlerContext tls) {
        Http1Stream current = stream;
        if (current != null) {
            reset();
            current.connectionClosed(new ProxyError.ClientGone());
        } else if (state == State.HEAD || state == State.DISCARD) {
            // Behind what was answered before, and is encrypted.
            tls.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        Http1Stream current = stream;
        release();
        if (current != null) {
            current.connectionClosed(new ProxyError.ClientGone());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channelContext) {
        boolean writable = channelContext.channel().isWritable();
        outputWatch().writabilityChanged(writable);
        Http1Stream current = stream;
        if (writable && current != null) {
            current.becameWritable();
        } else if (writable && state == State.HEAD) {
            process();
        }
    }

    private OutputWatch outputWatch() {
        return Objects.requireNonNull(outputWatch);
    }

    /** Sends a file; the stream is told when the client has all of it. */
    void send(FileRegion file, Http1Stream sender) {
        outputWatch().fileBegins(file);
        channelContext().write(file).addListener(written -> {
            outputWatch().fileEnded();
            if (written.isSuccess()) {
                sender.fileSent();
            }
        });
        wantFlush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            log.debug("connection of {} broke: {}", context.connection().remoteHost(), cause.toString());
        } else {
            log.warn("connection of {} is closed", context.connection().remoteHost(), cause);
        }
        channelContext.close();
    }

    private void readTimedOut() {
        Http1Stream current = stream;
        switch (state) {
            case HEAD -> {
                if (parser.begun()) {
                    refuse(new ProxyError.HeadTimeout(limits.headTimeout()));
                } else if (outputWatch().progresses()) {
                    // The last response is still on its way to a slow client.
                    deadline().in(limits.idleTimeout().toNanos());
                } else {
                    channelContext().close();
                }
            }
            case BODY -> {
                if (current != null) {
                    current.giveUp(Objects.requireNonNull(pace).error(body.read()));
                }
            }
            case LINGER -> {
                if (outputWatch().progresses()) {
                    deadline().in(limits.clientTimeout().toNanos());
                } else {
                    channelContext().close();
                }
            }
            case DISCARD -> channelContext().close();
            case ANSWER, CLOSED -> {}
        }
    }

    private void clientStalled() {
        Http1Stream current = stream;
        reset();
        if (current != null) {
            current.connectionClosed(new ProxyError.ClientStalled(limits.clientTimeout()));
        }
    }
}
