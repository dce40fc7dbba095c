package com.foobar.dbrouter.protocol;

import com.foobar.dbrouter.protocol.AnswerGrammar.Meaning;
import com.foobar.dbrouter.protocol.AnswerGrammar.State;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Brings answers into the form of a client that lacks {@link CapabilityFlags#DEPRECATE_EOF} or {@link
 * CapabilityFlags#SESSION_TRACK}, which servers are always asked for:
 *
 * <ul>
 *   <li>without DEPRECATE_EOF an EOF packet follows parameters and columns, and another ends the rows; what comes behind an
 *       inserted packet has higher sequence ids. Changes of the session that the end of rows told are left out, as an EOF
 *       packet has no room for them;
 *   <li>without SESSION_TRACK no packet tells changes of the session.
 * </ul>
 *
 * <p>The EOF behind columns has the status that the end of the rows tells, where that has been read already, and otherwise
 * the session's. It waits for the second row at most, so that it is exact for the parameters that a procedure gives back,
 * which is one row that clients recognise by {@link StatusFlags#PS_OUT_PARAMS} there. Where a cursor is opened there are no
 * rows, and one EOF only.
 *
 * <p>Rows are not decoded: sequence ids are changed in place. Bytes are copied only where an answer, or what is ready of it,
 * is so short that one buffer costs less than several. Belongs to one event loop; used again for each answer by {@link
 * #begin}.
 */
public final class ClassicAnswer {
    /** What the end of rows alone may say. */
    private static final int AT_THE_END =
            StatusFlags.SESSION_STATE_CHANGED | StatusFlags.QUERY_WAS_SLOW | StatusFlags.LAST_ROW_SENT;

    /** What is said of one result, not of the session. */
    private static final int PASSING = AT_THE_END
            | StatusFlags.MORE_RESULTS_EXISTS
            | StatusFlags.NO_GOOD_INDEX_USED
            | StatusFlags.NO_INDEX_USED
            | StatusFlags.CURSOR_EXISTS
            | StatusFlags.METADATA_CHANGED
            | StatusFlags.PS_OUT_PARAMS;

    /** A first row that is longer does not wait. */
    private static final int MOST_HELD = 64 << 10;

    /** Pieces that are together at most so long are copied into one buffer, which is sent with less work than each of them. */
    private static final int MOST_COPIED = 4 << 10;

    private final ByteBufAllocator allocator;
    private final boolean wantsEof;
    private final boolean wantsChanges;
    private final AnswerGrammar grammar = new AnswerGrammar();

    private int status;
    private int inserted;
    private int lastSequence;

    // The packet that is being passed: how much of its payload is still to come, and whether the next one goes on with
    // it.
    private boolean inPacket;
    private int payloadLeft;
    private boolean full;
    private boolean continues;

    /** The beginning of a packet that is not enough to tell what it is. */
    private @Nullable ByteBuf tail;

    private @Nullable ByteBuf out;

    // From the columns on, until the EOF packet that follows them is written.
    private boolean eofIsDue;
    private int eofSequence;
    private int rowsBegun;
    private @Nullable ByteBuf behindEof;

    private ClassicAnswer(ByteBufAllocator allocator, long capabilities) {
        this.allocator = allocator;
        this.wantsEof = !CapabilityFlags.has(capabilities, CapabilityFlags.DEPRECATE_EOF);
        this.wantsChanges = CapabilityFlags.has(capabilities, CapabilityFlags.SESSION_TRACK);
    }

    /**
     * @param capabilities agreed on with the client
     * @return null where the client understands answers as they come
     */
    public static @Nullable ClassicAnswer forClient(ByteBufAllocator allocator, long capabilities) {
        return CapabilityFlags.has(capabilities, CapabilityFlags.CONVERTED)
                ? null
                : new ClassicAnswer(allocator, capabilities);
    }

    /**
     * Starts over for the next answer.
     *
     * @param sessionStatus {@link StatusFlags} of the session, for EOF packets that come before the server has told its own
     */
    public void begin(Expect expect, int sessionStatus) {
        release();
        grammar.expect(expect);
        status = sessionStatus & ~PASSING;
        inserted = 0;
        inPacket = false;
        continues = false;
    }

    /**
     * Converts the next piece.
     *
     * @param piece whole packets or not; is released
     * @return what the client gets now, which may be nothing
     */
    public ByteBuf convert(ByteBuf piece) {
        if (completesTail(piece)) {
            walk(piece);
        }
        piece.release();
        if (eofIsDue && !mayWait()) {
            writeDueEof(status);
        }
        ByteBuf ready = out;
        out = null;
        return ready == null ? Unpooled.EMPTY_BUFFER : ready;
    }

    private boolean completesTail(ByteBuf piece) {
        ByteBuf begun = tail;
        if (begun == null) {
            return true;
        }
        int missing;
        while ((missing = missing(begun, begun.readerIndex())) > 0 && piece.isReadable()) {
            begun.writeBytes(piece, Math.min(missing, piece.readableBytes()));
        }
        if (missing == 0) {
            tail = null;
            walk(begun);
            begun.release();
        }
        return missing == 0;
    }

    private void walk(ByteBuf in) {
        int from = in.readerIndex();
        int at = from;
        while (at < in.writerIndex()) {
            if (!inPacket) {
                if (missing(in, at) > 0) {
                    put(in, from, at);
                    tail = allocator.buffer().writeBytes(in, at, in.writerIndex() - at);
                    return;
                }
                int length = in.getUnsignedMediumLE(at);
                if (!continues && length > 0 && grammar.isTelling(in.getUnsignedByte(at + Packets.HEADER), length)) {
                    from = tell(in, from, at, length);
                    at += Packets.HEADER + length;
                    continue;
                }
                begins(in, at, length);
                at += Packets.HEADER;
            }
            int passed = Math.min(payloadLeft, in.writerIndex() - at);
            at += passed;
            payloadLeft -= passed;
            if (payloadLeft == 0 && packetEnds()) {
                put(in, from, at);
                from = at;
                eofBelongsHere();
            }
        }
        put(in, from, at);
    }

    /** How many bytes more it takes to go on with the packet there: its first byte, or all of it. */
    private int missing(ByteBuf in, int at) {
        int available = in.writerIndex() - at;
        if (available < Packets.HEADER) {
            return Packets.HEADER - available;
        }
        int length = in.getUnsignedMediumLE(at);
        if (continues || length == 0) {
            return 0;
        }
        if (available == Packets.HEADER) {
            return 1;
        }
        boolean whole = grammar.isTelling(in.getUnsignedByte(at + Packets.HEADER), length);
        return whole ? Math.max(0, Packets.HEADER + length - available) : 0;
    }

    private void begins(ByteBuf in, int at, int length) {
        renumber(in, at);
        if (!continues && grammar.state() == State.ROWS) {
            rowsBegun++;
        }
        inPacket = true;
        full = length == Packets.MAX_PAYLOAD;
        payloadLeft = length;
    }

    private void renumber(ByteBuf in, int at) {
        lastSequence = (in.getUnsignedByte(at + Packets.HEADER - 1) + inserted) & 0xff;
        in.setByte(at + Packets.HEADER - 1, lastSequence);
    }

    /** @return whether parameters or columns have ended with it, for a client that wants to see that */
    private boolean packetEnds() {
        inPacket = false;
        continues = full;
        if (full) {
            return false;
        }
        State before = grammar.state();
        grammar.passed();
        return wantsEof && grammar.state() != before;
    }

    private void eofBelongsHere() {
        eofSequence = (lastSequence + 1) & 0xff;
        lastSequence = eofSequence;
        inserted++;
        if (grammar.state() == State.ROWS) {
            eofIsDue = true;
            rowsBegun = 0;
        } else {
            put(OkPacket.writeEof(allocator, eofSequence, status, grammar.preparedWarnings()));
        }
    }

    private boolean mayWait() {
        return rowsBegun <= 1 && (behindEof == null || behindEof.readableBytes() <= MOST_HELD);
    }

    private void writeDueEof(int told) {
        eofIsDue = false;
        put(OkPacket.writeEof(allocator, eofSequence, told, 0));
        ByteBuf rows = behindEof;
        if (rows != null) {
            behindEof = null;
            put(rows);
        }
    }

    /** @return the index of the first byte that has not been put out */
    private int tell(ByteBuf in, int from, int at, int length) {
        ByteBuf payload = in.slice(at + Packets.HEADER, length);
        Meaning meaning = grammar.read(payload);
        OkFields ok = grammar.ok();
        boolean ends = meaning == Meaning.END;
        int begin = from;
        if (eofIsDue) {
            put(in, from, at);
            begin = at;
            if (ends && rowsBegun == 0 && StatusFlags.has(ok.status(), StatusFlags.CURSOR_EXISTS)) {
                // It is that EOF itself.
                eofIsDue = false;
                inserted--;
            } else {
                writeDueEof(ends ? ok.status() & ~AT_THE_END : status);
            }
        }
        renumber(in, at);
        if (!ends && meaning != Meaning.OK) {
            return begin;
        }
        status = ok.status() & ~PASSING;
        ByteBuf other = null;
        if (ends && wantsEof && !ok.isEof()) {
            other = OkPacket.writeEof(allocator, lastSequence, ok.status(), ok.warnings());
        } else if (!wantsChanges && StatusFlags.has(ok.status(), StatusFlags.SESSION_STATE_CHANGED)) {
            other = withoutChanges(in.slice(at + Packets.HEADER, length), payload);
        }
        if (other == null) {
            return begin;
        }
        put(in, begin, at);
        put(other);
        return at + Packets.HEADER + length;
    }

    /** @param rest what is behind the warnings of an OK packet: its text, then the changes */
    private ByteBuf withoutChanges(ByteBuf payload, ByteBuf rest) {
        OkFields ok = grammar.ok();
        ByteBuf packet = allocator.buffer(Packets.HEADER + 16);
        int start = Packets.begin(packet, lastSequence);
        packet.writeBytes(payload, payload.readerIndex(), ok.statusAt());
        packet.writeShortLE(ok.status() & ~StatusFlags.SESSION_STATE_CHANGED).writeShortLE(ok.warnings());
        ByteBuf text = rest.isReadable() ? LengthEncoded.readBytes(rest) : Unpooled.EMPTY_BUFFER;
        if (text.isReadable()) {
            LengthEncoded.writeInteger(packet, text.readableBytes());
            packet.writeBytes(text);
        }
        return Packets.end(packet, start);
    }

    private void put(ByteBuf in, int from, int to) {
        if (to > from) {
            put(in.retainedSlice(from, to - from));
        }
    }

    private void put(ByteBuf bytes) {
        if (eofIsDue) {
            behindEof = join(behindEof, bytes);
        } else {
            out = join(out, bytes);
        }
    }

    private ByteBuf join(@Nullable ByteBuf before, ByteBuf bytes) {
        if (before == null) {
            return bytes;
        }
        if (before instanceof CompositeByteBuf composite) {
            return composite.addComponent(true, bytes);
        }
        if (before.readableBytes() + bytes.readableBytes() <= MOST_COPIED) {
            return append(before, bytes);
        }
        return allocator.compositeBuffer(Integer.MAX_VALUE).addComponents(true, before, bytes);
    }

    private ByteBuf append(ByteBuf before, ByteBuf bytes) {
        ByteBuf joined = before;
        // A slice of what was read ends where it ends.
        if (before.maxWritableBytes() < bytes.readableBytes()) {
            joined = allocator.buffer(MOST_COPIED).writeBytes(before);
            before.release();
        }
        joined.writeBytes(bytes);
        bytes.release();
        return joined;
    }

    /**
     * Gives a piece of the client's file the sequence ids that the server expects.
     *
     * @param packets whole ones
     * @param last whether the server's verdict follows
     */
    public void passFile(ByteBuf packets, boolean last) {
        for (int at = packets.readerIndex();
                at < packets.writerIndex();
                at += Packets.HEADER + packets.getUnsignedMediumLE(at)) {
            packets.setByte(at + Packets.HEADER - 1, packets.getUnsignedByte(at + Packets.HEADER - 1) - inserted);
        }
        if (last) {
            grammar.fileSent();
        }
    }

    /** Releases what has not been given out. */
    public void release() {
        eofIsDue = false;
        tail = released(tail);
        out = released(out);
        behindEof = released(behindEof);
    }

    private static @Nullable ByteBuf released(@Nullable ByteBuf bytes) {
        if (bytes != null) {
            bytes.release();
        }
        return null;
    }
}
