package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** "It worked", as the router says it (MySQL manual, "OK_Packet", "EOF_Packet"): never with changes of the session. */
public final class OkPacket {
    private OkPacket() {}

    /** A packet that says only that it worked. */
    public static ByteBuf write(ByteBufAllocator allocator, int sequence, int status) {
        return write(allocator, sequence, status, new byte[0]);
    }

    /** @param info for the client, or for people; fewer than 251 bytes */
    public static ByteBuf write(ByteBufAllocator allocator, int sequence, int status, byte[] info) {
        ByteBuf out = allocator.buffer(Packets.HEADER + 8 + info.length);
        int start = Packets.begin(out, sequence);
        out.writeByte(Packets.OK).writeByte(0).writeByte(0);
        out.writeShortLE(status & ~StatusFlags.SESSION_STATE_CHANGED).writeShortLE(0);
        if (info.length > 0) {
            LengthEncoded.writeBytes(out, info);
        }
        return Packets.end(out, start);
    }

    /** The packet that ends COM_SET_OPTION's answer and result sets: EOF, or OK by another first byte. */
    public static ByteBuf writeEnd(ByteBufAllocator allocator, int sequence, int status, long capabilities) {
        if (!CapabilityFlags.has(capabilities, CapabilityFlags.DEPRECATE_EOF)) {
            return writeEof(allocator, sequence, status, 0);
        }
        ByteBuf out = allocator.buffer(Packets.HEADER + 7);
        int start = Packets.begin(out, sequence);
        out.writeByte(Packets.EOF).writeByte(0).writeByte(0);
        out.writeShortLE(status & ~StatusFlags.SESSION_STATE_CHANGED).writeShortLE(0);
        return Packets.end(out, start);
    }

    /** The packet that ends columns, parameters and rows for clients without {@link CapabilityFlags#DEPRECATE_EOF}. */
    static ByteBuf writeEof(ByteBufAllocator allocator, int sequence, int status, int warnings) {
        ByteBuf out = allocator.buffer(Packets.HEADER + 5);
        int start = Packets.begin(out, sequence);
        out.writeByte(Packets.EOF).writeShortLE(warnings);
        out.writeShortLE(status & ~StatusFlags.SESSION_STATE_CHANGED);
        return Packets.end(out, start);
    }
}
