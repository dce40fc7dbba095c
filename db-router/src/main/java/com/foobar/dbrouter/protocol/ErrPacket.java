package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * "It failed" (MySQL manual, "ERR_Packet").
 *
 * @param code MySQL's error number
 * @param sqlState five characters
 * @param message for people
 */
public record ErrPacket(int code, String sqlState, String message) {
    /** ER_SERVER_SHUTDOWN. MySQL says it of what an administrator's {@code KILL CONNECTION} ends as well. */
    private static final int SERVER_SHUTDOWN = 1053;

    /** Of what a stored program raises under that number the state is another. */
    private static final String CONNECTION_FAILURE = "08S01";

    /** As the server cuts its messages. */
    private static final int LONGEST_MESSAGE = 512;

    /**
     * Reads a whole payload that begins with FF.
     *
     * @throws MalformedPacketException where it is cut short
     */
    public static ErrPacket read(ByteBuf payload) {
        if (payload.readableBytes() < 3) {
            throw new MalformedPacketException(
                    "an ERR packet of " + payload.readableBytes() + " bytes (expected: at least 3)");
        }
        payload.skipBytes(1);
        int code = payload.readUnsignedShortLE();
        String sqlState = "HY000";
        // An error before the handshake ("Too many connections", "Host is blocked") has no state.
        if (payload.readableBytes() >= 6 && payload.getByte(payload.readerIndex()) == '#') {
            payload.skipBytes(1);
            sqlState = payload.readCharSequence(5, StandardCharsets.US_ASCII).toString();
        }
        return new ErrPacket(code, sqlState, payload.toString(StandardCharsets.UTF_8));
    }

    /** @return whether it says that the connection is about to end, rather than anything about the statement */
    public boolean isFarewell() {
        return code == SERVER_SHUTDOWN && sqlState.equals(CONNECTION_FAILURE);
    }

    /** Writes it as one packet. */
    public ByteBuf write(ByteBufAllocator allocator, int sequence) {
        String text = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = allocator.buffer(Packets.HEADER + 9 + bytes.length);
        int start = Packets.begin(out, sequence);
        out.writeByte(Packets.ERR).writeShortLE(code).writeByte('#');
        out.writeCharSequence(sqlState, StandardCharsets.US_ASCII);
        out.writeBytes(bytes);
        return Packets.end(out, start);
    }
}
