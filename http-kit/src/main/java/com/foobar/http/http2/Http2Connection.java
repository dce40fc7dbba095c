package com.foobar.http.http2;

import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.HttpConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of an HTTP/2 connection: its streams, each a channel on the same event loop, and when it ends. */
public final class Http2Connection extends ChannelInboundHandlerAdapter implements HttpConnection {
    private static final int STREAM_WINDOW = 64 * 1024;
    /** Larger than a stream's, so that one stream whose body nobody reads does not stop the others. */
    private static final int CONNECTION_WINDOW = 1024 * 1024;

    private static final int RESETS_PER_WINDOW = 200;
    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int EMPTY_FRAMES = 2;
    private static final int QUEUED_CONTROL_FRAMES = 1000;

    private static final Logger log = LoggerFactory.getLogger(Http2Connection.class);

    private final ConnectionContext context;
    private final Http2FrameCodec codec;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Deadline idle;
    private int streams;
    private boolean draining;

    private Http2Connection(ConnectionContext context, Http2FrameCodec codec) {
        this.context = context;
        this.codec = codec;
    }

    /** Has the channel speak HTTP/2 from now on. */
    public static Http2Connection open(ChannelPipeline pipeline, ConnectionContext context) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(context.limits().concurrentStreams())
                        .initialWindowSize(STREAM_WINDOW)
                        .maxHeaderListSize(context.limits().headBytes()))
                .decoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_FRAMES)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                .build();
        Http2Connection connection = new Http2Connection(context, codec);
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
        if (cause instanceof IOException || cause instanceof Http2Exception) {
            log.debug("connection of {} broke: {}", context.connection().remoteHost(), cause.toString());
        } else {
            log.warn("connection of {} is closed", context.connection().remoteHost(), cause);
        }
        channelContext.close();
    }
}
