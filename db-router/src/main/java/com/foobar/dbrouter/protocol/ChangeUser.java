package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Another user on the same connection (MySQL manual, "COM_CHANGE_USER").
 *
 * @param user one char per byte
 * @param authResponse made with the connection's first nonce
 * @param schema the database to go on in, one char per byte
 * @param collation of everything sent from now on, 0 to 255; null where the client does not say
 * @param authPlugin the plugin that made {@code authResponse}
 * @param attributes connection attributes, which take the place of the login's; empty where the client sends none
 */
// The array is bytes of the wire, made once and never changed.
@SuppressWarnings("ArrayRecordComponent")
public record ChangeUser(
        String user,
        byte[] authResponse,
        @Nullable String schema,
        @Nullable Integer collation,
        @Nullable String authPlugin,
        Map<String, String> attributes) {

    public ChangeUser {
        attributes = Map.copyOf(attributes);
    }

    /**
     * Reads what follows the command byte.
     *
     * @throws MalformedPacketException where it is cut short
     */
    public static ChangeUser read(ByteBuf payload, long capabilities) {
        String user = new String(Packets.readNullTerminated(payload), Packets.BYTES);
        if (!payload.isReadable()) {
            throw new MalformedPacketException("COM_CHANGE_USER ends before its authentication response");
        }
        int length = payload.readUnsignedByte();
        if (length > payload.readableBytes()) {
            throw new MalformedPacketException("an authentication response of " + length + " bytes is announced where "
                    + payload.readableBytes() + " are left in the packet");
        }
        byte[] authResponse = new byte[length];
        payload.readBytes(authResponse);
        String schema = payload.isReadable() ? HandshakeResponse41.nonEmpty(payload) : null;
        Integer collation = payload.readableBytes() >= 2 ? Integer.valueOf(payload.readUnsignedShortLE()) : null;
        String plugin = CapabilityFlags.has(capabilities, CapabilityFlags.PLUGIN_AUTH) && payload.isReadable()
                ? HandshakeResponse41.nonEmpty(payload)
                : null;
        return new ChangeUser(
                user,
                authResponse,
                schema,
                collation,
                plugin,
                HandshakeResponse41.readAttributes(payload, capabilities));
    }

    @Override
    public String toString() {
        return "ChangeUser[" + user + "]";
    }
}
