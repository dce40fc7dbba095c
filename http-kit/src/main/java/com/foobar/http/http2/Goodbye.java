package com.foobar.http.http2;

import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.LingeringClose;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Between the bytes and the codec: has a client see the last that there is for it, the end of a response or the GOAWAY that says what it broke, which a plain close, with unread input,
 * would take from it (RFC 9113 §5.4.1, §9.1). Belongs to the channel's event loop.
 */
final class Goodbye extends ChannelDuplexHandler {
    private final long patienceNanos;
    /** For how long it lingers when our side is shut. */
    private long lingerNanos;

    private boolean begun;
    private boolean cut;
    /** Not null once the close lingers. */
    private @Nullable Deadline limit;
    /** Our side is shut, and this is when the client's is to be at the latest. */
    private boolean shut;

    private long end;

    /** @param patience how long the client may take to read what there is for it */
    Goodbye(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    /** The next close is to linger; what still arrives is dropped. The client broke the rules, and is waited for no longer than it must be. */
    void begin() {
        begin(LingeringClose.LIMIT_NANOS);
    }

    /** As {@link #begin()}, for a client that did nothing wrong: it is waited for while it takes what was sent. */
    void beginPolitely() {
        begin(patienceNanos);
    }

    private void begin(long nanos) {
        if (!begun) {
            begun = true;
            lingerNanos = nanos;
        }
    }

    /** The next close is not to linger, and ends one that does. */
    void cut() {
        cut = true;
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
        if (!begun || cut || !ctx.channel().isActive()) {
            ctx.close(promise);
            return;
        }
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (limit == null) {
            linger(ctx);
        }
        // Else the codec closes once more, as it does for one GOAWAY.
    }

    private void linger(ChannelHandlerContext ctx) {
        Deadline deadline = new Deadline(ctx.channel().eventLoop(), () -> waited(ctx));
        limit = deadline;
        // A client that reads nothing would have the GOAWAY wait for ever.
        deadline.in(patienceNanos);
        LingeringClose.begin(ctx, () -> {
            shut = true;
            end = System.nanoTime() + lingerNanos;
            deadline.in(LingeringClose.LIMIT_NANOS);
        });
    }

    private void waited(ChannelHandlerContext ctx) {
        if (shut && end - System.nanoTime() > 0 && takes(ctx)) {
            Objects.requireNonNull(limit).in(LingeringClose.LIMIT_NANOS);
        } else {
            ctx.close();
        }
    }

    /** Whether the client has taken something a moment ago: there may be megabytes for it in the socket, and a slow link between. */
    private static boolean takes(ChannelHandlerContext ctx) {
        return ctx.channel() instanceof EpollSocketChannel socket
                && socket.tcpInfo().lastAckRecv() <= TimeUnit.NANOSECONDS.toMillis(LingeringClose.LIMIT_NANOS);
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
