package com.foobar.http.http2;

import com.foobar.http.exchange.LingeringClose;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/** Between the bytes and the codec: has a client that broke the rules see the GOAWAY that says so, which a plain close, with unread input, would take from it (RFC 9113 §5.4.1). */
final class Goodbye extends ChannelDuplexHandler {
    private boolean begun;
    private boolean lingering;

    /** The next close is to linger; what still arrives is dropped. */
    void begin() {
        begun = true;
    }

    boolean begun() {
        return begun;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (begun) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!begun || !ctx.channel().isActive()) {
            ctx.close(promise);
            return;
        }
        if (lingering) {
            ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
            return;
        }
        lingering = true;
        LingeringClose.begin(ctx, () -> ctx.executor()
                .schedule(() -> ctx.close(promise), LingeringClose.LIMIT_NANOS, TimeUnit.NANOSECONDS));
    }
}
