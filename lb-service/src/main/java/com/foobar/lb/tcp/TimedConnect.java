package com.foobar.lb.tcp;

import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.settings.HostPort;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is being opened: the name is looked up and then connected to, both within one time, as Netty's own limit begins only with the second. Belongs to its event loop.
 */
final class TimedConnect {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final HostPort address;
    private final NettyTransport transport;
    private final EventLoop eventLoop;
    private final Duration limit;
    private final Promise<Channel> result;
    private @Nullable ChannelFuture connecting;

    private TimedConnect(HostPort address, NettyTransport transport, EventLoop eventLoop, Duration limit) {
        this.address = address;
        this.transport = transport;
        this.eventLoop = eventLoop;
        this.limit = limit;
        this.result = eventLoop.newPromise();
    }

    /**
     * Opens a connection that reads nothing yet.
     *
     * @return fails with {@link ConnectTimeoutException} once the time is over; whoever cancels it leaves no connection behind
     */
    static Future<Channel> to(HostPort address, NettyTransport transport, EventLoop eventLoop, Duration limit) {
        TimedConnect connect = new TimedConnect(address, transport, eventLoop, limit);
        connect.start();
        return connect.result;
    }

    private void start() {
        ScheduledFuture<?> timer = eventLoop.schedule(this::timedOut, limit.toNanos(), TimeUnit.NANOSECONDS);
        result.addListener(done -> {
            timer.cancel(false);
            // Where there was no socket left, what failed is no channel that could be closed.
            if (!done.isSuccess() && connecting != null && connecting.channel().isRegistered()) {
                connecting.channel().close();
            }
        });
        transport
                .resolver()
                .getResolver(eventLoop)
                .resolve(InetSocketAddress.createUnresolved(address.host(), address.port()))
                .addListener((Future<InetSocketAddress> looked) -> found(looked));
    }

    private void timedOut() {
        result.tryFailure(new ConnectTimeoutException(
                connecting == null
                        ? "no answer for the name " + address.host() + " within " + limit.toMillis() + " ms"
                        : "connect timeout"));
    }

    private void found(Future<InetSocketAddress> looked) {
        if (!looked.isSuccess()) {
            result.tryFailure(looked.cause());
        } else if (!result.isDone()) {
            connect(looked.getNow());
        }
    }

    private void connect(InetSocketAddress target) {
        ChannelFuture attempt = new Bootstrap()
                .group(eventLoop)
                .channelFactory(transport.channel())
                .disableResolver()
                .option(ChannelOption.ALLOCATOR, NettyTransport.ALLOCATOR)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                // What is left of the time is ours to watch.
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new NoHandlerYet())
                .connect(target);
        connecting = attempt;
        attempt.addListener((ChannelFuture done) -> {
            if (!done.isSuccess()) {
                result.tryFailure(done.cause());
            } else if (!result.trySuccess(done.channel())) {
                done.channel().close();
            }
        });
    }

    /** The connection reads nothing before whoever gets it has put a handler there; this one leaves at once. */
    private static final class NoHandlerYet extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {}
    }
}
