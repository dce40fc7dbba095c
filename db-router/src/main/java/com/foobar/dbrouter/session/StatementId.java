package com.foobar.dbrouter.session;

import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Where a command about a prepared statement says which: COM_STMT_EXECUTE, COM_STMT_SEND_LONG_DATA (MySQL manual) and their like. */
final class StatementId {
    private static final int AT = Packets.HEADER + 1;

    private StatementId() {}

    /**
     * A client's command with a server's id instead of the router's.
     *
     * @param command keeps its reference
     * @param isLeft whether the command may be sent once more elsewhere while this is still in the buffers of a connection that
     *     lives on: it is a copy then, which no later id is written into. Else it shares the command's bytes
     * @return what to send; the caller releases it
     */
    static ByteBuf in(ByteBuf command, int id, boolean isLeft, ByteBufAllocator allocator) {
        ByteBuf out = isLeft
                ? allocator
                        .buffer(command.readableBytes())
                        .writeBytes(command, command.readerIndex(), command.readableBytes())
                : command.retainedDuplicate();
        return out.setIntLE(out.readerIndex() + AT, id);
    }
}
