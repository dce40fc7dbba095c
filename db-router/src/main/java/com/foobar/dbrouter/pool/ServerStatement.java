package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** A statement that a server connection has prepared. Belongs to the connection's event loop. */
public final class ServerStatement {
    private final int id;
    private final int parameters;
    private byte @Nullable [] boundTypes;

    ServerStatement(int id, int parameters) {
        this.id = id;
        this.parameters = parameters;
    }

    /** @return the server's id */
    public int id() {
        return id;
    }

    /** @return 0 to 65,535 */
    public int parameters() {
        return parameters;
    }

    /** @return the parameter types that the server was told last, two bytes each; null where it was told none */
    public byte @Nullable [] boundTypes() {
        return boundTypes;
    }

    /** Remembers what an execution tells the server. */
    public void bind(byte[] types) {
        boundTypes = types;
    }

    /** @return COM_STMT_CLOSE, which has no answer */
    ByteBuf close(ByteBufAllocator allocator) {
        return Packets.packet(allocator, 0, new byte[] {
            (byte) Command.STMT_CLOSE.code(), (byte) id, (byte) (id >> 8), (byte) (id >> 16), (byte) (id >> 24)
        });
    }
}
