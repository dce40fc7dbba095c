package com.foobar.http.http2;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Ends the connection of a client that has us answer and reads none of the answers: acknowledgements and resets are not under flow control (CVE-2019-9512, -9515). */
final class ControlFrameLimit extends DecoratingHttp2ConnectionEncoder {
    private final int limit;
    private @Nullable Http2LifecycleManager lifecycle;
    /** Written, and not taken by the client. */
    private int waiting;

    private boolean reached;

    ControlFrameLimit(Http2ConnectionEncoder encoder, int limit) {
        super(encoder);
        this.limit = limit;
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager manager) {
        lifecycle = manager;
        super.lifecycleManager(manager);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        return allows(ctx) ? count(super.writeSettingsAck(ctx, promise)) : promise;
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        if (!ack) {
            return super.writePing(ctx, false, data, promise);
        }
        return allows(ctx) ? count(super.writePing(ctx, true, data, promise)) : promise;
    }

    @Override
    public ChannelFuture writeRstStream(
            ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        return allows(ctx) ? count(super.writeRstStream(ctx, streamId, errorCode, promise)) : promise;
    }

    private ChannelFuture count(ChannelFuture written) {
        waiting++;
        return written.addListener(taken -> waiting--);
    }

    private boolean allows(ChannelHandlerContext ctx) {
        if (!reached && waiting >= limit) {
            ctx.flush();
            if (waiting >= limit) {
                reached = true;
                Objects.requireNonNull(lifecycle)
                        .onError(
                                ctx,
                                true,
                                Http2Exception.connectionError(
                                        Http2Error.ENHANCE_YOUR_CALM, "%d answers are not read", limit));
                ctx.close();
            }
        }
        return !reached;
    }
}
