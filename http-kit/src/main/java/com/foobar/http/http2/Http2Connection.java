package com.foobar.http.http2;

import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.HttpConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of an HTTP/2 connection: its streams, each a channel on the same event loop, and when it ends. */
public final class Http2Connection extends ChannelInboundHandlerAdapter implements HttpConnection {
    static final int STREAM_WINDOW = 64 * 1024;
    /** Larger than a stream's, so that one stream whose body nobody reads does not stop the others. */
    private static final int CONNECTION_WINDOW = 1024 * 1024;

    /** No more wait for the end of the turn, so that a client gets its answers while others are being made. */
    private static final int FLUSHES_TOGETHER = 64;

    private static final Logger log = LoggerFactory.getLogger(Http2Connection.class);

    private final ConnectionContext context;
    private final Http2FrameCodec codec;
    private final GlitchBudget budget;
    private final Goodbye goodbye;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Deadline idle;
    private int streams;
    private boolean draining;

    private Http2Connection(ConnectionContext context, Http2FrameCodec codec, GlitchBudget budget) {
        this.context = context;
        this.codec = codec;
        this.budget = budget;
        this.goodbye = new Goodbye(context.limits().clientTimeout());
    }

    /** Has the channel speak HTTP/2 from now on. */
    public static Http2Connection open(ChannelPipeline pipeline, ConnectionContext context) {
        GlitchBudget budget = new GlitchBudget(context.limits().glitches(), context.glitches(), System::nanoTime);
        Http2FrameCodec codec = GuardedCodec.make(context.limits(), budget);
        Http2Connection connection = new Http2Connection(context, codec, budget);
        // The responses that end in one turn of the event loop go in one write, not each in a TLS record of its own.
        pipeline.addLast(new FlushConsolidationHandler(FLUSHES_TOGETHER, true));
        pipeline.addLast(connection.goodbye);
        pipeline.addLast(codec);
        pipeline.addLast(new Http2MultiplexHandler(new ChannelInitializer<Http2StreamChannel>() {
            @Override
            protected void initChannel(Http2StreamChannel channel) {
                channel.pipeline().addLast(new Http2StreamHandler(connection));
            }
        }));
        pipeline.addLast(connection);
        return connection;
    }

    ConnectionContext context() {
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) throws Http2Exception {
        ctx = newCtx;
        idle = new Deadline(newCtx.channel().eventLoop(), newCtx::close);
        idle.in(context.limits().idleTimeout().toNanos());
        Endpoint<Http2LocalFlowController> local = codec.connection().local();
        local.flowController()
                .incrementWindowSize(codec.connection().connectionStream(), CONNECTION_WINDOW - STREAM_WINDOW);
        newCtx.flush();
    }

    void streamOpened() {
        streams++;
        Objects.requireNonNull(idle).clear();
    }

    void streamClosed() {
        if (--streams == 0) {
            if (draining) {
                Objects.requireNonNull(ctx).close();
            } else {
                Objects.requireNonNull(idle).in(context.limits().idleTimeout().toNanos());
            }
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
        ChannelHandlerContext channelContext = Objects.requireNonNull(ctx);
        if (streams == 0) {
            channelContext.close();
        } else {
            channelContext.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object frame) {
        // Frames of the connection itself (SETTINGS, PING, GOAWAY): the codec has acted on them.
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        Objects.requireNonNull(idle).cancel();
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
        channelContext.close();
    }

    private void violated(Http2Exception violation) {
        String client = context.connection().remoteHost();
        if (violation.error() == Http2Error.ENHANCE_YOUR_CALM) {
            context.glitches().flood();
            log.info("HTTP/2 connection of {} is ended: {}", client, violation.getMessage());
        } else {
            log.debug("HTTP/2 connection of {} is ended: {}: {}", client, violation.error(), violation.getMessage());
        }
    }
}
