package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * "It worked" (MySQL manual, "OK_Packet"), with what the server tells of its session's changes.
 *
 * @param affectedRows as the server counts them, unsigned
 * @param lastInsertId 0 where none was generated or given
 * @param status {@link StatusFlags}
 * @param warnings 0 to 65,535
 * @param changes in the order of the packet; empty without {@link CapabilityFlags#SESSION_TRACK}
 */
public record OkPacket(long affectedRows, long lastInsertId, int status, int warnings, List<SessionChange> changes) {
    public OkPacket {
        changes = List.copyOf(changes);
    }

    /**
     * One entry of the session-track block.
     *
     * @param type see the constants
     * @param name a variable's name for {@link #SYSTEM_VARIABLE}, otherwise empty
     * @param value the new value, one char per byte
     */
    public record SessionChange(int type, String name, String value) {
        public static final int SYSTEM_VARIABLE = 0;
        public static final int SCHEMA = 1;
        public static final int STATE_CHANGE = 2;
        public static final int GTIDS = 3;
        public static final int TRANSACTION_CHARACTERISTICS = 4;
        public static final int TRANSACTION_STATE = 5;
    }

    /**
     * Reads a whole payload that begins with 00, or with FE at the end of a result set.
     *
     * @param capabilities what was agreed on with the server
     * @throws MalformedPacketException where it is cut short
     */
    public static OkPacket read(ByteBuf payload, long capabilities) {
        if (payload.readableBytes() < 1 + 1 + 1 + 2 + 2) {
            throw new MalformedPacketException(
                    "an OK packet of " + payload.readableBytes() + " bytes (expected: at least 7)");
        }
        payload.skipBytes(1);
        long affectedRows = LengthEncoded.readInteger(payload);
        long lastInsertId = LengthEncoded.readInteger(payload);
        if (payload.readableBytes() < 4) {
            throw new MalformedPacketException("an OK packet ends before its status");
        }
        int status = payload.readUnsignedShortLE();
        int warnings = payload.readUnsignedShortLE();
        List<SessionChange> changes = List.of();
        if (CapabilityFlags.has(capabilities, CapabilityFlags.SESSION_TRACK) && payload.isReadable()) {
            payload.skipBytes(LengthEncoded.readLength(payload));
            if (StatusFlags.has(status, StatusFlags.SESSION_STATE_CHANGED) && payload.isReadable()) {
                changes = readChanges(LengthEncoded.readBytes(payload));
            }
        }
        return new OkPacket(affectedRows, lastInsertId, status, warnings, changes);
    }

    private static List<SessionChange> readChanges(ByteBuf block) {
        List<SessionChange> changes = new ArrayList<>(2);
        while (block.isReadable()) {
            int type = block.readUnsignedByte();
            ByteBuf data = LengthEncoded.readBytes(block);
            switch (type) {
                case SessionChange.SYSTEM_VARIABLE -> {
                    while (data.isReadable()) {
                        changes.add(new SessionChange(type, string(data), string(data)));
                    }
                }
                case SessionChange.GTIDS -> {
                    // The first is the encoding of the positions; 0, as text, is the only one there is.
                    LengthEncoded.readInteger(data);
                    changes.add(new SessionChange(type, "", string(data)));
                }
                default -> changes.add(new SessionChange(type, "", string(data)));
            }
        }
        return changes;
    }

    private static String string(ByteBuf in) {
        return LengthEncoded.readBytes(in).toString(Packets.BYTES);
    }

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
        int shown = status & ~StatusFlags.SESSION_STATE_CHANGED;
        ByteBuf out = allocator.buffer(Packets.HEADER + 7);
        int start = Packets.begin(out, sequence);
        out.writeByte(Packets.EOF);
        if (CapabilityFlags.has(capabilities, CapabilityFlags.DEPRECATE_EOF)) {
            out.writeByte(0).writeByte(0).writeShortLE(shown).writeShortLE(0);
        } else {
            out.writeShortLE(0).writeShortLE(shown);
        }
        return Packets.end(out, start);
    }
}
