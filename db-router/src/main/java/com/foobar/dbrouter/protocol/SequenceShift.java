package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;

/**
 * Takes a number off the sequence ids of an answer's packets, in place: for a command that reached the server in more packets
 * than its client sent. Belongs to one event loop; serves one answer.
 */
public final class SequenceShift {
    private final int packets;
    private int headerBytes;
    private int length;
    private int payloadLeft;

    /** @param packets how many more the server was sent */
    public SequenceShift(int packets) {
        this.packets = packets;
    }

    /**
     * Changes the next piece of the answer.
     *
     * @param piece whole packets or not
     */
    public void apply(ByteBuf piece) {
        int at = piece.readerIndex();
        while (at < piece.writerIndex()) {
            if (payloadLeft > 0) {
                int skipped = Math.min(payloadLeft, piece.writerIndex() - at);
                payloadLeft -= skipped;
                at += skipped;
                continue;
            }
            int header = piece.getUnsignedByte(at);
            if (headerBytes < Packets.HEADER - 1) {
                length |= header << (8 * headerBytes++);
            } else {
                piece.setByte(at, header - packets);
                payloadLeft = length;
                headerBytes = 0;
                length = 0;
            }
            at++;
        }
    }
}
