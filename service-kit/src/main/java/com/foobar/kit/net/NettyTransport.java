package com.foobar.kit.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.resolver.AddressResolverGroup;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;

/**
 * Vert.x's own event loops and transport (epoll where available, otherwise NIO) for raw Netty bootstraps: where bytes only
 * pass through, handlers on these loops spare the copies that Vert.x's buffers make.
 *
 * @param acceptor accepts connections
 * @param group runs them; the same loops that run Vert.x's timers and clients
 * @param resolver looks up host names without blocking a loop
 */
public record NettyTransport(
        EventLoopGroup acceptor,
        EventLoopGroup group,
        ChannelFactory<? extends ServerChannel> serverChannel,
        ChannelFactory<? extends Channel> channel,
        AddressResolverGroup<InetSocketAddress> resolver) {
    /** For connections whose bytes pass through: gives a loop the same memory again, which is still in the cache; Netty's default, the adaptive one, takes longer. */
    public static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    /** The transport that this Vert.x instance runs on. */
    public static NettyTransport of(Vertx vertx) {
        VertxInternal internal = (VertxInternal) vertx;
        return new NettyTransport(
                internal.acceptorEventLoopGroup(),
                internal.nettyEventLoopGroup(),
                internal.transport().serverChannelFactory(false),
                internal.transport().channelFactory(false),
                internal.nameResolver().nettyAddressResolverGroup());
    }
}
