package com.foobar.dbrouter.session;

import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Where COM_STMT_EXECUTE (MySQL manual) and COM_STMT_BULK_EXECUTE (MariaDB) tell the types of their parameters. Both may leave
 * them out where they have told them before.
 */
final class ParameterTypes {
    /** Bytes that tell the type of one parameter. */
    static final int LENGTH = 2;

    private static final int NULL_BITMAP_AT = 9;
    private static final int BULK_FLAGS_AT = 4;
    private static final int BULK_TYPES_AT = 6;
    private static final int BULK_SENDS_TYPES = 128;

    /** Index, in the payload behind the command byte, of the byte that says whether types are told. */
    private final int saidAt;

    /** That byte where they are. */
    private final int said;

    /** Index of the types. */
    private final int typesAt;

    private final byte @Nullable [] told;

    private ParameterTypes(int saidAt, int said, int typesAt, byte @Nullable [] told) {
        this.saidAt = saidAt;
        this.said = said;
        this.typesAt = typesAt;
        this.told = told;
    }

    /**
     * @param payload what follows the command byte
     * @throws MalformedPacketException where it ends too early
     */
    static ParameterTypes ofExecute(ByteBuf payload, int parameters) {
        if (parameters == 0) {
            return new ParameterTypes(0, 0, 0, null);
        }
        int saidAt = NULL_BITMAP_AT + (parameters + 7) / 8;
        need(payload, saidAt + 1);
        boolean tells = payload.getByte(payload.readerIndex() + saidAt) != 0;
        return new ParameterTypes(saidAt, 1, saidAt + 1, tells ? read(payload, saidAt + 1, parameters) : null);
    }

    /**
     * @param payload what follows the command byte
     * @throws MalformedPacketException where it ends too early
     */
    static ParameterTypes ofBulkExecute(ByteBuf payload, int parameters) {
        need(payload, BULK_TYPES_AT);
        int flags = payload.getUnsignedByte(payload.readerIndex() + BULK_FLAGS_AT);
        boolean tells = (flags & BULK_SENDS_TYPES) != 0;
        return new ParameterTypes(
                BULK_FLAGS_AT,
                flags | BULK_SENDS_TYPES,
                BULK_TYPES_AT,
                tells ? read(payload, BULK_TYPES_AT, parameters) : null);
    }

    private static byte[] read(ByteBuf payload, int at, int parameters) {
        byte[] types = new byte[2 * parameters];
        need(payload, at + types.length);
        payload.getBytes(payload.readerIndex() + at, types);
        return types;
    }

    private static void need(ByteBuf payload, int bytes) {
        if (payload.readableBytes() < bytes) {
            throw new MalformedPacketException("an execution of " + (payload.readableBytes() + 1)
                    + " bytes (expected: at least " + (bytes + 1) + " for its parameters)");
        }
    }

    /** @return two bytes for each parameter; null where the message does not tell them */
    byte @Nullable [] told() {
        return told;
    }

    /** @return the message, which does not tell the types, with them told */
    ByteBuf tell(ByteBuf message, byte[] types, ByteBufAllocator allocator) {
        ByteBuf payload = PacketFramer.payload(message);
        int flag = payload.readerIndex() + 1 + saidAt;
        int after = payload.readerIndex() + 1 + typesAt;
        ByteBuf whole = allocator
                .compositeBuffer()
                .addComponent(true, payload.retainedSlice(payload.readerIndex(), flag - payload.readerIndex()))
                .addComponent(true, allocator.buffer(1).writeByte(said))
                .addComponent(true, payload.retainedSlice(flag + 1, after - flag - 1))
                .addComponent(true, allocator.buffer(types.length).writeBytes(types))
                .addComponent(true, payload.retainedSlice(after, payload.writerIndex() - after));
        payload.release();
        return Packets.frame(allocator, 0, whole);
    }
}
