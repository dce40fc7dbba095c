package com.foobar.http.proxy;

import com.foobar.http.exchange.ProxyError;
import com.foobar.kit.net.NettyTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Opens connections of one event loop to one server. */
final class UpstreamConnector {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final EventLoop eventLoop;
    private final NettyTransport transport;
    private final ServerConnections connections;
    private final Duration timeout;

    /**
     * @param connections of all event loops to the server
     * @param timeout for a connection, and before it for the server's name where no answer is known, or only an old one
     */
    UpstreamConnector(EventLoop eventLoop, NettyTransport transport, ServerConnections connections, Duration timeout) {
        this.eventLoop = eventLoop;
        this.transport = transport;
        this.connections = connections;
        this.timeout = timeout;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /**
     * Opens a connection, which counts among the server's until {@link ServerConnections#closed} is called for it; that is done here if none comes of it.
     *
     * @param connecting by which it can be given up before either of the two is told
     * @param initialize what the channel begins with
     * @param opened told of the channel, on the event loop
     * @param failed told why there is none, on the event loop as well
     */
    void connect(
            Connecting connecting, Consumer<Channel> initialize, Consumer<Channel> opened, Consumer<String> failed) {
        connections.opened();
        connections.address().get(eventLoop, timeout, (target, problem) -> {
            if (connecting.isCancelled()) {
                connections.closed();
            } else if (target == null) {
                connections.closed();
                failed.accept(problem);
            } else {
                connect(target, connecting, initialize, opened, failed);
            }
        });
    }

    private void connect(
            InetSocketAddress target,
            Connecting connecting,
            Consumer<Channel> initialize,
            Consumer<Channel> opened,
            Consumer<String> failed) {
        ChannelFuture connected = new Bootstrap()
                .group(eventLoop)
                .channelFactory(transport.channel())
                .option(ChannelOption.ALLOCATOR, NettyTransport.ALLOCATOR)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initialize.accept(channel);
                    }
                })
                .connect(target);
        connecting.by(connected.channel());
        Promise<Void> told = eventLoop.newPromise();
        told.addListener(done -> {
            if (connecting.isCancelled()) {
                connections.closed();
            } else if (done.isSuccess()) {
                opened.accept(connected.channel());
            } else {
                connections.closed();
                failed.accept(describe(done.cause()));
            }
        });
        // Where no socket is left, Netty itself tells so on a thread that is not the event loop's.
        PromiseNotifier.cascade(false, connected, told);
    }

    private static String describe(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return ProxyError.ConnectFailed.TIMEOUT;
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof ConnectException && message.contains("refused") ? "connection refused" : message;
    }
}
