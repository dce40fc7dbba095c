package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Follows a server's answer to its end without decoding its rows: only packet headers, first bytes, and the few small
 * packets that say how the answer goes on are looked at.
 *
 * <p>States, from the first packet on:
 *
 * <pre>
 * FIRST ─ OK, ERR ──────────────────────────────────────────────► DONE (or FIRST again: more results)
 *   ├─ LOCAL INFILE ► AWAITING_FILE ─(client's file, {@link #fileSent})► FIRST
 *   ├─ column count ► COLUMNS ► [COLUMNS_END] ► ROWS ─ OK, EOF, ERR ► DONE (or FIRST again)
 *   └─ prepared OK  ► PARAMETERS ► [PARAMETERS_END] ► COLUMNS ► [COLUMNS_END] ► DONE
 * </pre>
 *
 * The states in brackets exist only without {@link CapabilityFlags#DEPRECATE_EOF}. Source: MySQL manual, "Text
 * Resultset", "COM_STMT_PREPARE Response", "COM_STMT_FETCH".
 *
 * <p>Belongs to one event loop; used again for each command by {@link #expect}.
 */
public final class ResponseTracker {
    /** What kind of answer a command has. */
    public enum Expect {
        /** One packet: OK, EOF, ERR, or COM_STATISTICS' text. */
        SINGLE,
        /** OK, ERR, LOCAL INFILE or result sets. */
        RESULTS,
        /** COM_STMT_PREPARE's. */
        PREPARED,
        /** COM_STMT_FETCH's. */
        ROWS,
        /** COM_FIELD_LIST's. */
        FIELDS
    }

    private enum State {
        FIRST,
        COLUMNS,
        COLUMNS_END,
        ROWS,
        PARAMETERS,
        PARAMETERS_END,
        AWAITING_FILE,
        DONE
    }

    /** An OK packet's session changes can be long; more than this is no answer of a sane server. */
    private static final int LONGEST_INSPECTED = 1 << 20;

    private final long capabilities;
    private final boolean deprecateEof;

    private Expect expect = Expect.SINGLE;
    private State state = State.DONE;
    private boolean started;
    private boolean known;

    // The packet being read: its header as far as it came, then how much of its payload is still to come.
    private int headerBytes;
    private int header;
    private int length;
    private int remaining;
    private boolean inPacket;
    private boolean continuation;
    private boolean inspecting;
    private @Nullable ByteBuf inspected;

    private long columnsLeft;
    private int parametersLeft;
    private int preparedColumns;

    private int sequence;
    private int status;
    private boolean statusSaid;
    private int warnings;
    private long lastInsertId;
    private long rows;
    private @Nullable OkPacket ok;
    private final ToldPositions positions = new ToldPositions();
    private @Nullable ErrPacket error;
    private int statementId;
    private int parameters;

    /** @param capabilities what was agreed on with the server */
    public ResponseTracker(long capabilities) {
        this.capabilities = capabilities;
        this.deprecateEof = CapabilityFlags.has(capabilities, CapabilityFlags.DEPRECATE_EOF);
    }

    /** Starts over for the answer to the next command. */
    public void expect(Expect next) {
        expect = next;
        state = next == Expect.ROWS ? State.ROWS : State.FIRST;
        started = false;
        known = false;
        headerBytes = 0;
        inPacket = false;
        continuation = false;
        releaseInspected();
        status = 0;
        statusSaid = false;
        warnings = 0;
        lastInsertId = 0;
        rows = 0;
        ok = null;
        positions.clear();
        error = null;
        statementId = 0;
        parameters = 0;
        preparedColumns = 0;
    }

    /**
     * Reads on: moves {@code in}'s reader index behind the answer's last byte, or to its end where there is more to come.
     *
     * @return whether the answer has ended, or waits for the client's file ({@link #awaitsFile})
     * @throws MalformedPacketException where the server's bytes are no answer to the command
     */
    public boolean advance(ByteBuf in) {
        while (state != State.DONE && state != State.AWAITING_FILE) {
            if (!inPacket && !readHeader(in)) {
                return false;
            }
            if (remaining > 0 && !in.isReadable()) {
                return false;
            }
            if (inspecting) {
                inspect(in);
            } else {
                int skipped = Math.min(remaining, in.readableBytes());
                in.skipBytes(skipped);
                remaining -= skipped;
            }
            if (remaining == 0) {
                packetEnds();
            }
        }
        return true;
    }

    private boolean readHeader(ByteBuf in) {
        if (headerBytes == 0 && in.readableBytes() >= Packets.HEADER) {
            length = in.readUnsignedMediumLE();
            sequence = in.readUnsignedByte();
        } else {
            while (headerBytes < Packets.HEADER) {
                if (!in.isReadable()) {
                    return false;
                }
                header |= in.readUnsignedByte() << (8 * headerBytes++);
            }
            length = header & 0xff_ffff;
            sequence = header >>> 24;
        }
        // The first byte tells a row from the end of rows, so a header alone is not enough to go on.
        if (length > 0 && !continuation && !in.isReadable()) {
            header = length | sequence << 24;
            headerBytes = Packets.HEADER;
            return false;
        }
        header = 0;
        headerBytes = 0;
        started = true;
        inPacket = true;
        remaining = length;
        inspecting = !continuation
                && (length == 0 ? state == State.FIRST : isInspected(in.getUnsignedByte(in.readerIndex())));
        known |= !inspecting;
        if (inspecting && length == 0) {
            throw new MalformedPacketException("the server's answer begins with an empty packet");
        }
        if (inspecting && length > LONGEST_INSPECTED) {
            throw new MalformedPacketException("a packet of " + length + " bytes where the answer's state is " + state
                    + " (expected: at most " + LONGEST_INSPECTED + ")");
        }
        return true;
    }

    private boolean isInspected(int firstByte) {
        return switch (state) {
            case FIRST -> expect != Expect.FIELDS || endsRows(firstByte);
            case COLUMNS_END, PARAMETERS_END -> true;
            case ROWS -> endsRows(firstByte);
            default -> firstByte == Packets.ERR;
        };
    }

    /** A row whose first value has 16 MB or more begins with FE as well, but fills its packet. */
    private boolean endsRows(int firstByte) {
        return firstByte == Packets.ERR
                || (firstByte == Packets.EOF && (deprecateEof ? length < Packets.MAX_PAYLOAD : length < 9));
    }

    private void inspect(ByteBuf in) {
        ByteBuf before = inspected;
        if (before == null && in.readableBytes() >= remaining) {
            ByteBuf payload = in.readSlice(remaining);
            remaining = 0;
            understand(payload);
            return;
        }
        if (before == null) {
            before = Unpooled.buffer(length, length);
            inspected = before;
        }
        int part = Math.min(remaining, in.readableBytes());
        before.writeBytes(in, part);
        remaining -= part;
        if (remaining == 0) {
            inspected = null;
            understand(before);
            before.release();
        }
    }

    private void packetEnds() {
        inPacket = false;
        boolean continued = length == Packets.MAX_PAYLOAD;
        boolean wasInspected = inspecting;
        inspecting = false;
        continuation = continued;
        if (continued || wasInspected) {
            return;
        }
        if (state == State.ROWS) {
            rows++;
        } else if (state == State.COLUMNS && --columnsLeft == 0) {
            columnsEnd();
        } else if (state == State.PARAMETERS && --parametersLeft == 0) {
            state = deprecateEof ? afterParameters() : State.PARAMETERS_END;
        }
        // Else it was a column of COM_FIELD_LIST: the state stays until the packet that ends them.
    }

    private void columnsEnd() {
        if (!deprecateEof) {
            state = State.COLUMNS_END;
        } else {
            state = expect == Expect.PREPARED ? State.DONE : State.ROWS;
        }
    }

    private State afterParameters() {
        if (preparedColumns == 0) {
            return State.DONE;
        }
        columnsLeft = preparedColumns;
        return State.COLUMNS;
    }

    private void understand(ByteBuf payload) {
        known = true;
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == Packets.ERR && !(state == State.FIRST && expect == Expect.SINGLE && payload.readableBytes() < 3)) {
            error = ErrPacket.read(payload);
            state = State.DONE;
            return;
        }
        switch (state) {
            case FIRST -> first(first, payload);
            case PARAMETERS_END -> state = afterParameters();
            case COLUMNS_END -> columnsHaveEnded(payload);
            case ROWS -> {
                end(payload);
                resultEnds();
            }
            default -> throw new MalformedPacketException("the server's answer goes on where it should have ended");
        }
    }

    private void columnsHaveEnded(ByteBuf payload) {
        if (expect == Expect.PREPARED) {
            state = State.DONE;
            return;
        }
        eof(payload);
        if (StatusFlags.has(status, StatusFlags.CURSOR_EXISTS)) {
            resultEnds();
        } else {
            state = State.ROWS;
        }
    }

    private void first(int first, ByteBuf payload) {
        switch (expect) {
            case SINGLE -> {
                if (first == Packets.OK && payload.readableBytes() >= 7) {
                    okPacket(payload);
                } else if (first == Packets.EOF) {
                    end(payload);
                }
                state = State.DONE;
            }
            case FIELDS -> {
                end(payload);
                state = State.DONE;
            }
            case PREPARED -> prepared(first, payload);
            default -> results(first, payload);
        }
    }

    private void results(int first, ByteBuf payload) {
        if (first == Packets.OK) {
            okPacket(payload);
            resultEnds();
        } else if (first == Packets.LOCAL_INFILE) {
            state = State.AWAITING_FILE;
        } else {
            columnsLeft = LengthEncoded.readInteger(payload);
            if (columnsLeft <= 0) {
                throw new MalformedPacketException("a result set of " + columnsLeft + " columns");
            }
            state = State.COLUMNS;
        }
    }

    private void prepared(int first, ByteBuf payload) {
        if (first != Packets.OK || payload.readableBytes() < 12) {
            throw new MalformedPacketException("the answer to COM_STMT_PREPARE begins with " + payload.readableBytes()
                    + " bytes and 0x" + Integer.toHexString(first) + " (expected: 12 and 0x0)");
        }
        payload.skipBytes(1);
        statementId = payload.readIntLE();
        preparedColumns = payload.readUnsignedShortLE();
        parameters = payload.readUnsignedShortLE();
        parametersLeft = parameters;
        state = parameters > 0 ? State.PARAMETERS : afterParameters();
    }

    private void resultEnds() {
        state = StatusFlags.has(status, StatusFlags.MORE_RESULTS_EXISTS) ? State.FIRST : State.DONE;
    }

    /** The packet after rows or fields. */
    private void end(ByteBuf payload) {
        if (deprecateEof && payload.readableBytes() >= 7) {
            okPacket(payload);
        } else {
            eof(payload);
        }
    }

    private void eof(ByteBuf payload) {
        if (payload.readableBytes() < 5) {
            throw new MalformedPacketException("an EOF packet of " + payload.readableBytes() + " bytes (expected: 5)");
        }
        warnings = payload.getUnsignedShortLE(payload.readerIndex() + 1);
        status = payload.getUnsignedShortLE(payload.readerIndex() + 3);
        statusSaid = true;
    }

    private void okPacket(ByteBuf payload) {
        OkPacket read = OkPacket.read(payload, capabilities);
        status = read.status();
        statusSaid = true;
        warnings = read.warnings();
        if (read.lastInsertId() != 0) {
            lastInsertId = read.lastInsertId();
        }
        ok = read;
        positions.note(read);
    }

    /** @return whether the client is now to send its file's packets; then {@link #fileSent} */
    public boolean awaitsFile() {
        return state == State.AWAITING_FILE;
    }

    /** The client's file has been passed on whole: the server's verdict follows. */
    public void fileSent() {
        state = State.FIRST;
    }

    /** @return whether a packet of the answer has begun */
    public boolean started() {
        return started;
    }

    /** @return whether the answer's first packet has been understood: whether it is an error, as the case may be */
    public boolean known() {
        return known;
    }

    /** @return whether the answer has ended */
    public boolean done() {
        return state == State.DONE;
    }

    /** @return the sequence id of the packet that was read last */
    public int sequence() {
        return sequence;
    }

    /** @return {@link StatusFlags} of the answer's last OK or EOF; 0 where there was none */
    public int status() {
        return status;
    }

    /** @return whether {@link #status} was said; 0 is a status too, as with autocommit off and no transaction open */
    public boolean hasStatus() {
        return statusSaid;
    }

    /** @return warnings of the last statement, 0 to 65,535 */
    public int warnings() {
        return warnings;
    }

    /** @return the last generated or given id other than 0 in the answer, or 0 */
    public long lastInsertId() {
        return lastInsertId;
    }

    /** @return rows passed */
    public long rows() {
        return rows;
    }

    /** @return the last OK packet of the answer */
    public @Nullable OkPacket ok() {
        return ok;
    }

    /** @return the positions of the writes that the answer tells so far */
    public ToldPositions positions() {
        return positions;
    }

    /** @return the error that the answer ended with */
    public @Nullable ErrPacket error() {
        return error;
    }

    /** @return the server's id of the statement that was prepared */
    public int statementId() {
        return statementId;
    }

    /** @return the parameters of the statement that was prepared, 0 to 65,535 */
    public int parameters() {
        return parameters;
    }

    /** Releases what was kept of a packet that never came whole. */
    public void releaseInspected() {
        if (inspected != null) {
            inspected.release();
            inspected = null;
        }
    }
}
