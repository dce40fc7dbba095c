package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Packets: three bytes of length, one of sequence id, payload (MySQL manual, "MySQL Packets"). A payload of 16,777,215
 * bytes or more is cut into packets of 16,777,215 bytes and one that is shorter, possibly empty.
 */
public final class Packets {
    public static final int HEADER = 4;

    /** The longest payload of one packet; a packet this long is continued by the next. */
    public static final int MAX_PAYLOAD = 0xff_ffff;

    public static final int OK = 0x00;
    public static final int ERR = 0xff;
    public static final int EOF = 0xfe;
    public static final int LOCAL_INFILE = 0xfb;

    /**
     * Text whose character set the router does not need to know (names, statements) is kept as one char per byte, so
     * that the same bytes come out again whatever the client meant by them.
     */
    public static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private Packets() {}

    /** Starts a packet of less than 16 MB: the payload is written after it, then {@link #end} fills in the length. */
    static int begin(ByteBuf out, int sequence) {
        int start = out.writerIndex();
        out.writeMediumLE(0).writeByte(sequence);
        return start;
    }

    static ByteBuf end(ByteBuf out, int start) {
        out.setMediumLE(start, out.writerIndex() - start - HEADER);
        return out;
    }

    /**
     * Makes the packets of a payload.
     *
     * @param payload is released; its bytes are not copied
     * @param sequence the id of the first packet
     */
    public static ByteBuf frame(ByteBufAllocator allocator, int sequence, ByteBuf payload) {
        CompositeByteBuf out = allocator.compositeBuffer(Integer.MAX_VALUE);
        int id = sequence;
        int length;
        do {
            length = Math.min(payload.readableBytes(), MAX_PAYLOAD);
            out.addComponent(
                    true, allocator.buffer(HEADER).writeMediumLE(length).writeByte(id++));
            out.addComponent(true, payload.readRetainedSlice(length));
        } while (length == MAX_PAYLOAD);
        payload.release();
        return out;
    }

    /** A packet that holds a command byte and an argument, with sequence id 0. */
    public static ByteBuf command(ByteBufAllocator allocator, Command command, byte[] argument) {
        ByteBuf payload = allocator.buffer(HEADER + 1 + argument.length);
        if (argument.length >= MAX_PAYLOAD) {
            return frame(allocator, 0, payload.writeByte(command.code()).writeBytes(argument));
        }
        int start = begin(payload, 0);
        payload.writeByte(command.code()).writeBytes(argument);
        return end(payload, start);
    }

    /** A packet with a payload of less than 16 MB. */
    public static ByteBuf packet(ByteBufAllocator allocator, int sequence, byte[] payload) {
        ByteBuf out = allocator.buffer(HEADER + payload.length);
        int start = begin(out, sequence);
        return end(out.writeBytes(payload), start);
    }

    /**
     * Reads up to a zero byte or the packet's end, as old clients may leave the last one out.
     *
     * @return the bytes before the zero
     */
    static byte[] readNullTerminated(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        byte[] bytes = new byte[length < 0 ? in.readableBytes() : length];
        in.readBytes(bytes);
        if (length >= 0) {
            in.skipBytes(1);
        }
        return bytes;
    }
}
