package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server tells of a change of its session, in an OK packet (MySQL manual, "Session State Information").
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

    /**
     * Reads what is behind the fixed fields of an OK packet: a text, and the changes where the status says so.
     *
     * @return in the order of the packet
     * @throws MalformedPacketException where it is cut short
     */
    static List<SessionChange> read(ByteBuf payload, int status) {
        if (!StatusFlags.has(status, StatusFlags.SESSION_STATE_CHANGED) || !payload.isReadable()) {
            return List.of();
        }
        payload.skipBytes(LengthEncoded.readLength(payload));
        return payload.isReadable() ? changes(LengthEncoded.readBytes(payload)) : List.of();
    }

    private static List<SessionChange> changes(ByteBuf block) {
        List<SessionChange> changes = new ArrayList<>(2);
        while (block.isReadable()) {
            int type = block.readUnsignedByte();
            ByteBuf data = LengthEncoded.readBytes(block);
            switch (type) {
                case SYSTEM_VARIABLE -> {
                    while (data.isReadable()) {
                        changes.add(new SessionChange(type, string(data), string(data)));
                    }
                }
                case GTIDS -> {
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
}
