package com.foobar.http.proxyprotocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;

/** What a connection to a server begins with. */
public enum SendProxy {
    /** Nothing. */
    NONE,
    /** The line of version 1. */
    V1,
    /** The binary header of version 2. */
    V2;

    /**
     * The header for a connection that is made on behalf of a client; not for {@link #NONE}.
     *
     * @param local the address that the client connected to
     */
    public ByteBuf header(ByteBufAllocator allocator, InetSocketAddress remote, InetSocketAddress local) {
        ByteBuf out = allocator.buffer(128);
        ProxyHeader header = new ProxyHeader(remote, local);
        if (this == V1) {
            header.writeText(out);
        } else {
            header.writeBinary(out);
        }
        return out;
    }
}
