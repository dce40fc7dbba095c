package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sends into whole messages: a packet, or several where the payload has 16 MB or more. Bytes are
 * kept as the slices that were read, and never more than the longest message allowed and one read. Only where many reads in
 * succession have brought little each are they copied together, as every one keeps a buffer of its own in memory.
 *
 * <p>Belongs to one event loop. {@link #close} releases what is left.
 */
public final class PacketFramer {
    private static final int SHORT_READ = 1024;
    private static final int MOST_SHORT_READS = 64;

    private final ByteBufAllocator allocator;
    private long maxPayload;
    private @Nullable ByteBuf input;
    /** How many short reads are the last of {@link #input} in succession, where that is composite. */
    private int shortReads;

    /** @param maxPayload the longest message taken, in bytes; it can be changed later */
    public PacketFramer(ByteBufAllocator allocator, long maxPayload) {
        this.allocator = allocator;
        this.maxPayload = maxPayload;
    }

    /** @param bytes how long a message may be from now on */
    public void limit(long bytes) {
        maxPayload = bytes;
    }

    /** Takes over the reference to {@code bytes}. */
    public void add(ByteBuf bytes) {
        ByteBuf before = input;
        if (before == null || !before.isReadable()) {
            if (before != null) {
                before.release();
            }
            input = bytes;
        } else if (before instanceof CompositeByteBuf composite) {
            composite.discardReadComponents();
            append(composite, bytes);
        } else {
            CompositeByteBuf composite = allocator.compositeBuffer(Integer.MAX_VALUE);
            composite.addComponent(true, before);
            shortReads = 0;
            append(composite, bytes);
            input = composite;
        }
    }

    private void append(CompositeByteBuf composite, ByteBuf bytes) {
        boolean isShort = bytes.readableBytes() < SHORT_READ;
        composite.addComponent(true, bytes);
        shortReads = isShort ? Math.min(shortReads + 1, composite.numComponents()) : 0;
        if (shortReads == MOST_SHORT_READS) {
            int first = composite.numComponents() - shortReads;
            composite.consolidate(first, shortReads);
            shortReads = composite.component(first).readableBytes() < SHORT_READ ? 1 : 0;
        }
    }

    /** @return bytes that wait here, of whole messages or not */
    public int buffered() {
        ByteBuf waiting = input;
        return waiting == null ? 0 : waiting.readableBytes();
    }

    /**
     * @return the next message with its packet headers, to be released by the caller; null where it is not yet whole
     * @throws MalformedPacketException where a message is longer than allowed, or sequence ids do not count up
     */
    public @Nullable ByteBuf next() {
        ByteBuf in = input;
        if (in == null) {
            return null;
        }
        int start = in.readerIndex();
        int at = start;
        int packets = 0;
        long payload = 0;
        int length;
        do {
            if (in.writerIndex() - at < Packets.HEADER) {
                return null;
            }
            length = in.getUnsignedMediumLE(at);
            payload += length;
            if (payload > maxPayload) {
                throw new MalformedPacketException(
                        "a message of at least " + payload + " bytes (expected: at most " + maxPayload + ")");
            }
            int expected = (sequence(in, start) + packets++) & 0xff;
            if (in.getUnsignedByte(at + 3) != expected) {
                throw new MalformedPacketException("packet " + in.getUnsignedByte(at + 3)
                        + " of a message is out of order (expected: " + expected + ")");
            }
            at += Packets.HEADER + length;
            if (at > in.writerIndex()) {
                return null;
            }
        } while (length == Packets.MAX_PAYLOAD);
        if (in instanceof CompositeByteBuf composite) {
            return taken(composite, at - start);
        }
        if (at == in.writerIndex()) {
            input = null;
            return in;
        }
        return in.readRetainedSlice(at - start);
    }

    /** Of the reads that it is in, and of no others: a slice of the whole would keep all of them in memory, and itself in what comes next. */
    private ByteBuf taken(CompositeByteBuf from, int length) {
        List<ByteBuf> parts = from.decompose(from.readerIndex(), length);
        parts.forEach(ByteBuf::retain);
        from.skipBytes(length);
        if (!from.isReadable()) {
            input = null;
            from.release();
        }
        return parts.size() == 1
                ? parts.get(0)
                : allocator.compositeBuffer(Integer.MAX_VALUE).addComponents(true, parts);
    }

    private static int sequence(ByteBuf message, int at) {
        return message.getUnsignedByte(at + 3);
    }

    /** @return the sequence id of a message's first packet */
    public static int sequence(ByteBuf message) {
        return sequence(message, message.readerIndex());
    }

    /** @return the sequence id that an answer to the message begins with */
    public static int answerSequence(ByteBuf message) {
        return (sequence(message) + packets(message)) & 0xff;
    }

    /** @return of how many packets a message is */
    public static int packets(ByteBuf message) {
        return message.readableBytes() / (Packets.MAX_PAYLOAD + Packets.HEADER) + 1;
    }

    /** @return a message's payload without packet headers, to be released by the caller */
    public static ByteBuf payload(ByteBuf message) {
        int at = message.readerIndex();
        int length = message.getUnsignedMediumLE(at);
        if (length < Packets.MAX_PAYLOAD) {
            return message.retainedSlice(at + Packets.HEADER, length);
        }
        CompositeByteBuf whole = message.alloc().compositeBuffer(Integer.MAX_VALUE);
        while (length == Packets.MAX_PAYLOAD) {
            whole.addComponent(true, message.retainedSlice(at + Packets.HEADER, length));
            at += Packets.HEADER + length;
            length = message.getUnsignedMediumLE(at);
        }
        return whole.addComponent(true, message.retainedSlice(at + Packets.HEADER, length));
    }

    /** @return everything that waits here, which is the caller's now; null where there is nothing */
    public @Nullable ByteBuf takeRest() {
        ByteBuf rest = input;
        input = null;
        if (rest != null && !rest.isReadable()) {
            rest.release();
            rest = null;
        }
        return rest;
    }

    /** Releases what waits here. */
    public void close() {
        if (input != null) {
            input.release();
            input = null;
        }
    }
}
