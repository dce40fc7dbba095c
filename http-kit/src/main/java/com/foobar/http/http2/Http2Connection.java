package com.foobar.http.http2;

import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.HttpConnection;
import com.foobar.http.exchange.SpareHeads;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.RequestHead;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of an HTTP/2 connection: its requests, and when it ends. */
public final class Http2Connection extends ChannelDuplexHandler implements HttpConnection {
    /** What the connection's window is before it is opened further (RFC 9113 §6.9.2). */
    private static final int INITIAL_CONNECTION_WINDOW = 65_535;

    private static final Logger log = LoggerFactory.getLogger(Http2Connection.class);

    private final ConnectionContext context;
    private final StreamCodec codec;
    private final GlitchBudget budget;
    private final OpenHeaderBlock block;
    private final Goodbye goodbye;
    private @Nullable ChannelHandlerContext ctx;
    /** Runs while there is no stream. */
    private @Nullable Deadline idle;
    /** Runs while a header block is open. */
    private @Nullable Deadline head;

    private long awaited = OpenHeaderBlock.NONE;
    private int requests;
    private int streams;
    private boolean draining;

    private Http2Connection(ConnectionContext context, StreamCodec codec, GlitchBudget budget, OpenHeaderBlock block) {
        this.context = context;
        this.codec = codec;
        this.budget = budget;
        this.block = block;
        this.goodbye = new Goodbye(context.limits().clientTimeout());
    }

    /** Has the channel speak HTTP/2 from now on. */
    public static Http2Connection open(ChannelPipeline pipeline, ConnectionContext context) {
        GlitchBudget budget = new GlitchBudget(context.limits().glitches(), context.glitches(), System::nanoTime);
        OpenHeaderBlock block = new OpenHeaderBlock();
        StreamCodec codec = GuardedCodec.make(context.limits(), budget, block);
        Http2Connection connection = new Http2Connection(context, codec, budget, block);
        codec.serve(connection);
        pipeline.addLast(connection.goodbye, codec, connection);
        return connection;
    }

    ConnectionContext context() {
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) throws Http2Exception {
        ctx = newCtx;
        idle = new Deadline(newCtx.channel().eventLoop(), this::leave);
        idle.in(context.limits().headTimeout().toNanos());
        head = new Deadline(newCtx.channel().eventLoop(), newCtx::close);
        // So far that streams whose bodies nobody reads do not stop the others: each has the whole of its own.
        int window = GuardedCodec.STREAM_WINDOW * context.limits().concurrentStreams();
        Endpoint<Http2LocalFlowController> local = codec.connection().local();
        local.flowController()
                .incrementWindowSize(codec.connection().connectionStream(), window - INITIAL_CONNECTION_WINDOW);
        newCtx.flush();
        budget.began();
    }

    /** A request has come, of which this is the head. */
    void begin(StreamPort port, Http2Headers headers, boolean endStream) {
        RequestHead requestHead = SpareHeads.ofThread().take();
        Http2Stream stream = new Http2Stream(this, port, requestHead, endStream);
        port.receiver(stream);
        if (++requests == context.limits().requestsPerConnection() && !draining) {
            drain();
        }
        try {
            HeadersReader.read(headers, endStream, context.limits(), requestHead);
        } catch (MalformedMessage e) {
            stream.refuse(e);
            return;
        }
        stream.begin();
    }

    void streamOpened() {
        streams++;
        Objects.requireNonNull(idle).clear();
    }

    void streamClosed() {
        if (--streams > 0) {
            return;
        }
        ChannelHandlerContext channelContext = Objects.requireNonNull(ctx);
        if (draining) {
            // Not in the middle of what has the last one close.
            channelContext.executor().execute(this::leave);
        } else if (channelContext.channel().isActive()) {
            Objects.requireNonNull(idle).in(context.limits().idleTimeout().toNanos());
        }
    }

    /** A frame of a response goes to the client. */
    void sent() {
        budget.sent();
    }

    /** A request broke the rules in a way that only we saw; more of them than a connection may make end it, once. */
    void wasted() {
        if (!budget.take(GlitchBudget.WASTED_REQUEST)) {
            codec.onError(codecContext(), false, FrameGuard.tooMany("malformed request"));
        }
    }

    private ChannelHandlerContext codecContext() {
        return Objects.requireNonNull(ctx).pipeline().context(codec);
    }

    @Override
    public void drain() {
        draining = true;
        if (streams == 0) {
            leave();
        } else {
            codec.writeGoAway();
        }
    }

    /** Closes, as nothing is under way. */
    private void leave() {
        goodbye.beginPolitely();
        Objects.requireNonNull(ctx).close();
    }

    /** Not we close, who have the codec do it, but who owns the channel: at once. */
    @Override
    public void close(ChannelHandlerContext channelContext, ChannelPromise promise) {
        goodbye.cut();
        channelContext.close(promise);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channelContext) {
        long open = block.number();
        if (open != awaited) {
            awaited = open;
            Deadline deadline = Objects.requireNonNull(head);
            if (open == OpenHeaderBlock.NONE) {
                deadline.clear();
            } else {
                deadline.in(context.limits().headTimeout().toNanos());
            }
        }
        channelContext.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        Objects.requireNonNull(idle).cancel();
        Objects.requireNonNull(head).cancel();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        if (cause instanceof Http2Exception violation) {
            // The codec sends GOAWAY and closes.
            if (violation.shutdownHint() == Http2Exception.ShutdownHint.HARD_SHUTDOWN) {
                goodbye.begin();
            }
            violated(violation);
            return;
        }
        if (cause instanceof IOException || cause instanceof DecoderException) {
            log.debug("connection of {} broke: {}", context.connection().remoteHost(), cause.toString());
        } else {
            log.warn("connection of {} is closed", context.connection().remoteHost(), cause);
        }
        goodbye.cut();
        channelContext.close();
    }

    /** The connection is ended for that. */
    void violated(Http2Exception violation) {
        String client = context.connection().remoteHost();
        if (violation.error() == Http2Error.ENHANCE_YOUR_CALM) {
            context.glitches().flood();
            log.info("HTTP/2 connection of {} is ended: {}", client, violation.getMessage());
        } else {
            log.debug("HTTP/2 connection of {} is ended: {}: {}", client, violation.error(), violation.getMessage());
        }
    }
}
