package com.foobar.http.proxy;

import com.foobar.http.exchange.Deadline;
import com.foobar.http.http2.UpstreamCodec;
import com.foobar.kit.observability.AccessLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection to a server, which carries as many requests at a time as both sides allow. Lies between the codec and the streams. Everything here belongs to the channel's event
 * loop.
 */
final class Http2UpstreamConnection extends ChannelInboundHandlerAdapter {
    /** Stream ids are used up at 2^31 (RFC 9113 §5.1.1). */
    private static final int LAST_STREAM = Integer.MAX_VALUE - 1024;

    /** Not much less than what one read keeps in memory for it. */
    private static final int LARGE = 8 * 1024;

    private enum State {
        /** Until the server's SETTINGS have come, which tell that it speaks HTTP/2, and what it allows. */
        OPENING,
        OPEN,
        /** Takes no more requests, and closes when those that it has have ended. */
        RETIRED,
        CLOSED
    }

    private final Http2UpstreamPool pool;
    private final ProxySettings settings;
    private final Http2FrameCodec codec = UpstreamCodec.make();
    /** Those who wait until the server has shown that it is there. */
    private final Queue<UpstreamPool.Waiter> waiters = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Http2StreamChannelBootstrap streamOpener;
    private @Nullable Deadline idle;
    /** Of the server's SETTINGS, or of its answer to a PING. */
    private @Nullable Deadline sign;

    private State state = State.OPENING;
    private final Set<Http2UpstreamExchange> streams = new HashSet<>();
    /** Those whose frames may have to wait until they are read. */
    private final Set<Http2FrameStream> halting = new HashSet<>();

    private boolean asked;
    private boolean extendedConnect;
    private long heardAt;
    /** Whether it has been idle. */
    private boolean kept;

    private @Nullable String violation;

    Http2UpstreamConnection(Http2UpstreamPool pool, ProxySettings settings) {
        this.pool = pool;
        this.settings = settings;
    }

    /** Has the channel speak HTTP/2 from its beginning. */
    void install(Channel channel) {
        channel.pipeline()
                .addLast(codec)
                .addLast(this)
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<Http2StreamChannel>() {
                    @Override
                    protected void initChannel(Http2StreamChannel stream) {
                        violated("the server opened a stream");
                    }
                }));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        streamOpener = new Http2StreamChannelBootstrap(newCtx.channel());
        idle = new Deadline(newCtx.channel().eventLoop(), this::retire);
        sign = new Deadline(newCtx.channel().eventLoop(), this::silent);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    private Deadline idle() {
        return Objects.requireNonNull(idle);
    }

    private Deadline sign() {
        return Objects.requireNonNull(sign);
    }

    @Override
    public void channelActive(ChannelHandlerContext channelContext) throws Http2Exception {
        if (state == State.CLOSED) {
            channelContext.close();
            return;
        }
        UpstreamCodec.widen(codec, channelContext, settings.streamsPerConnection());
        sign().in(settings.timeouts().connect().toNanos());
        channelContext.fireChannelActive();
    }

    /** No connection could be made. */
    void failed(String reason) {
        state = State.CLOSED;
        violation = violation == null ? reason : violation;
        pool.left(this);
        handOver();
    }

    // ---- requests ----

    /** Whether it is not open yet. */
    boolean opening() {
        return state == State.OPENING;
    }

    /** Whether it is open and no request uses it. */
    boolean isIdle() {
        return state == State.OPEN && streams.isEmpty();
    }

    /** Whether it may be given another request, now or when the server has shown that it is there. */
    boolean hasRoom() {
        return hasRoomBeside(streams.size() + waiters.size());
    }

    private boolean hasRoomBeside(int requests) {
        return (state == State.OPENING || state == State.OPEN)
                && requests < limit()
                && codec.connection().local().lastStreamCreated() < LAST_STREAM;
    }

    /** Streams at a time, as both sides allow. */
    private int limit() {
        return Math.min(
                settings.streamsPerConnection(), codec.connection().local().maxActiveStreams());
    }

    /** Bytes of the largest header list that the server takes, counted as in RFC 9113 §6.5.2. */
    long headerListLimit() {
        return codec.encoder().configuration().headersConfiguration().maxHeaderListSize();
    }

    /** Gives a request a stream, there being room; first asks the server for a sign of life if it has been silent for too long. */
    void admit(UpstreamPool.Waiter waiter, long maxIdleNanos) {
        if (state == State.OPEN && System.nanoTime() - heardAt < maxIdleNanos) {
            open(waiter);
            return;
        }
        waiters.add(waiter);
        if (state == State.OPEN) {
            ask();
        }
    }

    /** It is not to be given a stream any more, and takes no room until then. */
    void leave(UpstreamPool.Waiter waiter) {
        waiters.remove(waiter);
    }

    /** A request has had no answer in time: if the server answers nothing at all, the next ones are better off elsewhere. */
    void distrust() {
        if (state == State.OPEN) {
            ask();
        }
    }

    private void ask() {
        if (!asked) {
            asked = true;
            idle().clear();
            sign().in(settings.timeouts().connect().toNanos());
            context().writeAndFlush(new DefaultHttp2PingFrame(System.nanoTime()));
        }
    }

    private void open(UpstreamPool.Waiter waiter) {
        boolean first = kept && streams.isEmpty();
        Http2UpstreamExchange exchange = new Http2UpstreamExchange(
                this, first, settings.timeouts().server().toNanos());
        streams.add(exchange);
        if (streams.size() == 1) {
            pool.countIdle();
        }
        idle().clear();
        Objects.requireNonNull(streamOpener)
                .handler(exchange)
                .open()
                .addListener((Future<Http2StreamChannel> opened) -> {
                    if (!opened.isSuccess()) {
                        streamClosed(exchange);
                        if (!waiter.cancelled()) {
                            waiter.connectFailed(String.valueOf(opened.cause().getMessage()));
                        }
                    } else if (waiter.cancelled()) {
                        exchange.close();
                    } else {
                        waiter.connected(exchange);
                    }
                });
    }

    /** Whether streams of it may become tunnels (RFC 8441 §3). */
    boolean allowsTunnels() {
        return extendedConnect;
    }

    /** The stream's frames may have to wait from now on, or not any more. */
    void halts(Http2FrameStream stream, boolean on) {
        if (on) {
            halting.add(stream);
        } else {
            halting.remove(stream);
        }
    }

    /** A stream is over. */
    void streamClosed(Http2UpstreamExchange exchange) {
        streams.remove(exchange);
        rest();
    }

    private void rest() {
        if (!streams.isEmpty() || !waiters.isEmpty()) {
            return;
        }
        if (state == State.RETIRED || (state == State.OPEN && pool.isClosed())) {
            close();
        } else if (state == State.OPEN) {
            kept = true;
            idle().in(settings.idleTimeout().toNanos());
            pool.countIdle();
        }
    }

    // ---- from the server ----

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object frame) {
        if (frame instanceof Http2GoAwayFrame) {
            // First, as requests that are given up now look for another connection at once.
            retire();
        }
        if (frame instanceof Http2SettingsFrame settingsFrame) {
            Boolean enabled = settingsFrame.settings().connectProtocolEnabled();
            extendedConnect = enabled == null ? extendedConnect : enabled;
            if (state == State.OPENING) {
                state = State.OPEN;
                isThere();
            }
        } else if (frame instanceof Http2PingFrame ping) {
            if (ping.ack()) {
                isThere();
            }
        } else if (frame instanceof Http2PushPromiseFrame) {
            violated("the server pushed what nobody wants");
        } else if (!halting.isEmpty() && frame instanceof Http2DataFrame data && halting.contains(data.stream())) {
            channelContext.fireChannelRead(alone(data));
        } else {
            channelContext.fireChannelRead(frame);
        }
    }

    /** A small piece that waits would keep all that was read with it in memory, far more than the bytes that the stream's window allows. */
    private static Http2DataFrame alone(Http2DataFrame data) {
        ByteBuf content = data.content();
        if (content.readableBytes() >= LARGE) {
            return data;
        }
        try {
            ByteBuf copy = content.alloc().buffer(content.readableBytes()).writeBytes(content);
            return new DefaultHttp2DataFrame(copy, data.isEndStream(), data.padding()).stream(data.stream());
        } finally {
            data.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channelContext) {
        heardAt = System.nanoTime();
        channelContext.fireChannelReadComplete();
    }

    private void isThere() {
        heardAt = System.nanoTime();
        asked = false;
        sign().clear();
        // Not those who begin to wait meanwhile.
        for (int waiting = waiters.size(); waiting > 0 && !waiters.isEmpty(); waiting--) {
            UpstreamPool.Waiter waiter = waiters.remove();
            if (waiter.cancelled()) {
                continue;
            }
            // The oldest first, whoever waits behind; those who are too many go to another connection.
            if (hasRoomBeside(streams.size())) {
                open(waiter);
            } else if (limit() == 0 && streams.isEmpty() && state == State.OPEN) {
                waiter.connectFailed("the server allows no streams");
            } else {
                pool.connect(waiter);
            }
        }
        rest();
    }

    /** Nothing was heard from the server although it was asked. */
    private void silent() {
        if (state == State.OPENING) {
            violation = "no SETTINGS of HTTP/2 within "
                    + settings.timeouts().connect().toMillis() + " ms";
            close();
        } else if (System.nanoTime() - heardAt < settings.timeouts().connect().toNanos()) {
            // Busy with other things.
            isThere();
        } else {
            retire();
            handOver();
            rest();
        }
    }

    /** The server answers checks no more: the next requests are better off on another connection. */
    void unanswering() {
        List.copyOf(streams).forEach(Http2UpstreamExchange::unanswering);
        if (state == State.OPEN) {
            retire();
        }
    }

    // ---- ends ----

    /** Takes no more requests. */
    void retire() {
        if (state == State.OPEN) {
            state = State.RETIRED;
            pool.left(this);
            handOver();
            rest();
        } else if (state == State.OPENING) {
            violation = "the connection was not needed any more";
            close();
            handOver();
        }
    }

    /** Those who still wait go to another connection; where this one never was one, they are told why. */
    private void handOver() {
        boolean opened = violation == null;
        for (UpstreamPool.Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            if (waiter.cancelled()) {
                continue;
            }
            if (opened) {
                pool.connect(waiter);
            } else {
                waiter.connectFailed(String.valueOf(violation));
            }
        }
    }

    /** How the server has broken the rules of the connection; null where it has not. */
    @Nullable
    String violation() {
        return violation;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        if (cause instanceof Http2FrameStreamException) {
            channelContext.fireExceptionCaught(cause);
            return;
        }
        if (cause instanceof Http2Exception) {
            // The codec sends GOAWAY and closes.
            violation = AccessLog.printable(String.valueOf(cause.getMessage()));
            pool.left(this);
        } else {
            channelContext.close();
        }
    }

    private void violated(String how) {
        violation = how;
        close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        if (state == State.OPENING && violation == null) {
            violation = "the server closed the connection before its SETTINGS of HTTP/2";
        }
        state = State.CLOSED;
        idle().cancel();
        sign().cancel();
        pool.closed(this);
        channelContext.fireChannelInactive();
        handOver();
    }

    private void close() {
        state = State.CLOSED;
        pool.left(this);
        ChannelHandlerContext current = ctx;
        if (current != null) {
            idle().cancel();
            sign().cancel();
            current.close();
        }
    }
}
