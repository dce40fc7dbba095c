package com.foobar.dbrouter.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** What a client gets, and whether it takes it. Belongs to the session's event loop. */
final class ClientOutput {
    /** In bytes; to copy less costs less than to keep what else was read with it. */
    static final int SMALL = 2 << 10;

    private final Channel channel;

    ClientOutput(Channel channel) {
        this.channel = channel;
    }

    /** @param bytes is released */
    void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Whether more may be written at once. */
    boolean hasRoom() {
        return channel.isWritable();
    }

    /** The same, once all has left that the client takes just now. */
    boolean hasRoomOnceFlushed() {
        if (!channel.isWritable()) {
            channel.flush();
        }
        return channel.isWritable();
    }

    /**
     * A piece of an answer that was read together with other clients' answers: while a client does not take its own, a small
     * one does not keep theirs in memory.
     *
     * @param piece is released, or given back
     */
    ByteBuf owned(ByteBuf piece) {
        boolean isPart = piece.unwrap() != null || !piece.isContiguous();
        if (!isPart || piece.readableBytes() > SMALL) {
            return piece;
        }
        try {
            return channel.alloc().buffer(piece.readableBytes()).writeBytes(piece);
        } finally {
            piece.release();
        }
    }
}
