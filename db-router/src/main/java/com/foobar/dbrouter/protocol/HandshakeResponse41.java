package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's answer to the greeting (MySQL manual, "Protocol::HandshakeResponse41").
 *
 * @param capabilities {@link CapabilityFlags} that the client wants
 * @param maxPacketSize what the client says it takes, unsigned
 * @param collation of everything it sends, 0 to 255
 * @param user as the client's bytes, one char each
 * @param authResponse what the plugin made of password and nonce
 * @param schema the database to start in, one char per byte
 * @param authPlugin the plugin that made {@code authResponse}, null where the client does not say
 * @param attributes connection attributes, at most {@value #MAX_ATTRIBUTES}
 */
// The array is bytes of the wire, made once and never changed.
@SuppressWarnings("ArrayRecordComponent")
public record HandshakeResponse41(
        long capabilities,
        int maxPacketSize,
        int collation,
        String user,
        byte[] authResponse,
        @Nullable String schema,
        @Nullable String authPlugin,
        Map<String, String> attributes) {
    static final int MAX_ATTRIBUTES = 64;
    private static final int FIXED = 4 + 4 + 1 + 23;

    public HandshakeResponse41 {
        attributes = Map.copyOf(attributes);
    }

    /**
     * Reads a whole payload.
     *
     * @throws MalformedPacketException where it is older than 4.1 or cut short
     */
    public static HandshakeResponse41 read(ByteBuf payload) {
        if (payload.readableBytes() < FIXED) {
            throw new MalformedPacketException(
                    "a handshake response of " + payload.readableBytes() + " bytes (expected: at least " + FIXED + ")");
        }
        long capabilities = payload.readUnsignedIntLE();
        if (!CapabilityFlags.has(capabilities, CapabilityFlags.PROTOCOL_41)) {
            throw new MalformedPacketException("the client speaks the protocol of before MySQL 4.1");
        }
        int maxPacketSize = payload.readIntLE();
        int collation = payload.readUnsignedByte();
        payload.skipBytes(19);
        long extended = payload.readUnsignedIntLE();
        if (!CapabilityFlags.has(capabilities, CapabilityFlags.LONG_PASSWORD)) {
            capabilities |= extended << 32;
        }
        String user = new String(Packets.readNullTerminated(payload), Packets.BYTES);
        byte[] authResponse = readAuthResponse(payload, capabilities);
        String schema = null;
        if (CapabilityFlags.has(capabilities, CapabilityFlags.CONNECT_WITH_DB) && payload.isReadable()) {
            schema = nonEmpty(payload);
        }
        String plugin = null;
        if (CapabilityFlags.has(capabilities, CapabilityFlags.PLUGIN_AUTH) && payload.isReadable()) {
            plugin = nonEmpty(payload);
        }
        return new HandshakeResponse41(
                capabilities,
                maxPacketSize,
                collation,
                user,
                authResponse,
                schema,
                plugin,
                readAttributes(payload, capabilities));
    }

    static @Nullable String nonEmpty(ByteBuf payload) {
        String text = new String(Packets.readNullTerminated(payload), Packets.BYTES);
        return text.isEmpty() ? null : text;
    }

    private static byte[] readAuthResponse(ByteBuf payload, long capabilities) {
        byte[] response;
        if (CapabilityFlags.has(capabilities, CapabilityFlags.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            response = new byte[LengthEncoded.readLength(payload)];
        } else if (CapabilityFlags.has(capabilities, CapabilityFlags.SECURE_CONNECTION)) {
            if (!payload.isReadable()) {
                return new byte[0];
            }
            int length = payload.readUnsignedByte();
            if (length > payload.readableBytes()) {
                throw new MalformedPacketException("an authentication response of " + length
                        + " bytes is announced where " + payload.readableBytes() + " are left in the packet");
            }
            response = new byte[length];
        } else {
            return Packets.readNullTerminated(payload);
        }
        payload.readBytes(response);
        return response;
    }

    static Map<String, String> readAttributes(ByteBuf payload, long capabilities) {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (CapabilityFlags.has(capabilities, CapabilityFlags.CONNECT_ATTRS) && payload.isReadable()) {
            ByteBuf block = LengthEncoded.readBytes(payload);
            while (block.isReadable() && attributes.size() < MAX_ATTRIBUTES) {
                String name = LengthEncoded.readBytes(block).toString(StandardCharsets.UTF_8);
                attributes.put(name, LengthEncoded.readBytes(block).toString(StandardCharsets.UTF_8));
            }
        }
        return attributes;
    }

    /** What a request for TLS has as well: MariaDB reads its extended capabilities there, and not again. */
    static void writeHead(ByteBuf out, long capabilities, int maxPacketSize, int collation) {
        out.writeIntLE((int) capabilities)
                .writeIntLE(maxPacketSize)
                .writeByte(collation)
                .writeZero(19)
                .writeIntLE((int) (capabilities >>> 32));
    }

    /** Writes it as the packet after the greeting. */
    public ByteBuf write(ByteBufAllocator allocator, int sequence) {
        ByteBuf out = allocator.buffer(256);
        int start = Packets.begin(out, sequence);
        writeHead(out, capabilities, maxPacketSize, collation);
        out.writeCharSequence(user, Packets.BYTES);
        out.writeByte(0);
        if (CapabilityFlags.has(capabilities, CapabilityFlags.PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            LengthEncoded.writeBytes(out, authResponse);
        } else {
            out.writeByte(authResponse.length).writeBytes(authResponse);
        }
        if (CapabilityFlags.has(capabilities, CapabilityFlags.CONNECT_WITH_DB) && schema != null) {
            out.writeCharSequence(schema, Packets.BYTES);
            out.writeByte(0);
        }
        if (CapabilityFlags.has(capabilities, CapabilityFlags.PLUGIN_AUTH) && authPlugin != null) {
            out.writeCharSequence(authPlugin, StandardCharsets.US_ASCII);
            out.writeByte(0);
        }
        if (CapabilityFlags.has(capabilities, CapabilityFlags.CONNECT_ATTRS)) {
            ByteBuf block = allocator.buffer(128);
            attributes.forEach((name, value) -> {
                LengthEncoded.writeBytes(block, name.getBytes(StandardCharsets.UTF_8));
                LengthEncoded.writeBytes(block, value.getBytes(StandardCharsets.UTF_8));
            });
            LengthEncoded.writeInteger(out, block.readableBytes());
            out.writeBytes(block);
            block.release();
        }
        return Packets.end(out, start);
    }

    @Override
    public String toString() {
        return "HandshakeResponse41[" + user + ", " + authPlugin + "]";
    }
}
