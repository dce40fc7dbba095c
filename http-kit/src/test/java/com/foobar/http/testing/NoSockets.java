package com.foobar.http.testing;

import com.foobar.kit.net.NettyTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;

/** A transport of a process that has no file descriptor left for another connection to a server. */
public final class NoSockets {
    private NoSockets() {}

    /** The same event loops, where no channel can be made but for accepted ones. */
    public static NettyTransport on(NettyTransport transport) {
        return new NettyTransport(
                transport.acceptor(),
                transport.group(),
                transport.serverChannel(),
                NoSockets::none,
                transport.resolver());
    }

    private static Channel none() {
        throw new ChannelException("Too many open files");
    }
}
