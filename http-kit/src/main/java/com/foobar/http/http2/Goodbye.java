package com.foobar.http.http2;

import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.LingeringClose;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Between the bytes and the codec: has a client that broke the rules see the GOAWAY that says so, which a plain close, with unread input, would take from it (RFC 9113 §5.4.1). */
final class Goodbye extends ChannelDuplexHandler {
    private final long flushNanos;
    private boolean begun;
    /** Not null once the close lingers. */
    private @Nullable Deadline limit;

    /** @param flushLimit how long the client may take to read what there is for it */
    Goodbye(Duration flushLimit) {
        this.flushNanos = flushLimit.toNanos();
    }

    /** The next close is to linger, and the one after it not; what still arrives is dropped. */
    void begin() {
        begun = true;
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
        Deadline running = limit;
        if (running != null) {
            running.cancel();
            ctx.close(promise);
            return;
        }
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        Deadline deadline = new Deadline(ctx.channel().eventLoop(), ctx::close);
        limit = deadline;
        // A client that reads nothing would have the GOAWAY wait for ever.
        deadline.in(flushNanos);
        LingeringClose.begin(ctx, () -> deadline.in(LingeringClose.LIMIT_NANOS));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Deadline running = limit;
        if (running != null) {
            running.cancel();
        }
        ctx.fireChannelInactive();
    }
}
