package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A server's first packet (MySQL manual, "Protocol::HandshakeV10").
 *
 * @param serverVersion as {@code SELECT VERSION()} says it, possibly with MariaDB's prefix {@code 5.5.5-}
 * @param connectionId unsigned 32 bits
 * @param nonce 20 bytes without zeros
 * @param capabilities {@link CapabilityFlags} that the server offers
 * @param collation the server's default, 0 to 255
 * @param status {@link StatusFlags}
 * @param authPlugin the plugin that the nonce is for
 */
// The array is bytes of the wire, made once and never changed.
@SuppressWarnings("ArrayRecordComponent")
public record HandshakeV10(
        String serverVersion,
        int connectionId,
        byte[] nonce,
        long capabilities,
        int collation,
        int status,
        String authPlugin) {
    public static final int NONCE_LENGTH = 20;

    /**
     * Reads a whole payload.
     *
     * @throws MalformedPacketException where it is another version or cut short
     */
    public static HandshakeV10 read(ByteBuf payload) {
        if (!payload.isReadable() || payload.readUnsignedByte() != 10) {
            throw new MalformedPacketException("the server does not greet with protocol version 10");
        }
        String version = new String(Packets.readNullTerminated(payload), StandardCharsets.UTF_8);
        if (payload.readableBytes() < 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10) {
            throw new MalformedPacketException("the server's greeting is cut short");
        }
        int connectionId = payload.readIntLE();
        byte[] nonce = new byte[NONCE_LENGTH];
        payload.readBytes(nonce, 0, 8).skipBytes(1);
        long capabilities = payload.readUnsignedShortLE();
        int collation = payload.readUnsignedByte();
        int status = payload.readUnsignedShortLE();
        capabilities |= (long) payload.readUnsignedShortLE() << 16;
        int nonceLength = payload.readUnsignedByte();
        payload.skipBytes(6);
        long extended = payload.readUnsignedIntLE();
        if (!CapabilityFlags.has(capabilities, CapabilityFlags.LONG_PASSWORD)) {
            capabilities |= extended << 32;
        }
        int rest = Math.max(13, nonceLength - 8);
        if (payload.readableBytes() < Math.min(rest, NONCE_LENGTH - 8)) {
            throw new MalformedPacketException("the server's greeting ends inside its nonce");
        }
        payload.readBytes(nonce, 8, NONCE_LENGTH - 8);
        payload.skipBytes(Math.min(rest - (NONCE_LENGTH - 8), payload.readableBytes()));
        String plugin = CapabilityFlags.has(capabilities, CapabilityFlags.PLUGIN_AUTH)
                ? new String(Packets.readNullTerminated(payload), StandardCharsets.US_ASCII)
                : "mysql_native_password";
        return new HandshakeV10(version, connectionId, nonce, capabilities, collation, status, plugin);
    }

    /** Writes it as the connection's first packet. */
    public ByteBuf write(ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer(128);
        int start = Packets.begin(out, 0);
        out.writeByte(10);
        out.writeCharSequence(serverVersion, StandardCharsets.UTF_8);
        out.writeByte(0);
        out.writeIntLE(connectionId);
        out.writeBytes(nonce, 0, 8).writeByte(0);
        out.writeShortLE((int) capabilities);
        out.writeByte(collation);
        out.writeShortLE(status);
        out.writeShortLE((int) (capabilities >>> 16));
        out.writeByte(NONCE_LENGTH + 1).writeZero(6).writeIntLE((int) (capabilities >>> 32));
        out.writeBytes(nonce, 8, NONCE_LENGTH - 8).writeByte(0);
        out.writeCharSequence(authPlugin, StandardCharsets.US_ASCII);
        out.writeByte(0);
        return Packets.end(out, start);
    }

    @Override
    public String toString() {
        return "HandshakeV10[" + serverVersion + ", connection " + Integer.toUnsignedString(connectionId) + ", "
                + authPlugin + "]";
    }
}
