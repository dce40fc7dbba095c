package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A client's wish to go on in TLS (MySQL manual, "Protocol::SSLRequest"): the head of a {@link HandshakeResponse41} and
 * nothing else. Everything after it belongs to TLS.
 */
public final class SslRequest {
    private static final int LENGTH = 4 + 4 + 1 + 23;

    private SslRequest() {}

    /**
     * @param payload the client's first packet, of which nothing is consumed
     * @throws MalformedPacketException where the client announces TLS and goes on in clear, in the same packet
     */
    public static boolean is(ByteBuf payload) {
        if (payload.readableBytes() < LENGTH
                || !CapabilityFlags.has(payload.getIntLE(payload.readerIndex()), CapabilityFlags.SSL)) {
            return false;
        }
        if (payload.readableBytes() > LENGTH) {
            throw new MalformedPacketException("a request for TLS of " + payload.readableBytes() + " bytes (expected: "
                    + LENGTH + ", and then TLS)");
        }
        return true;
    }

    /** Writes it as the packet after the greeting. */
    public static ByteBuf write(ByteBufAllocator allocator, long capabilities, int collation, int sequence) {
        ByteBuf out = allocator.buffer(Packets.HEADER + LENGTH);
        int start = Packets.begin(out, sequence);
        HandshakeResponse41.writeHead(out, capabilities | CapabilityFlags.SSL, Packets.MAX_PAYLOAD, collation);
        return Packets.end(out, start);
    }
}
