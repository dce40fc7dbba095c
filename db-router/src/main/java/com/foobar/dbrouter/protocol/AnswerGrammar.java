package com.foobar.dbrouter.protocol;

import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;

/**
 * Which packets an answer has, from the first to the last:
 *
 * <pre>
 * FIRST ─ OK, ERR ─────────────────────────────────► DONE (or FIRST again: more results)
 *   ├─ LOCAL INFILE ► AWAITING_FILE ─(client's file, {@link #fileSent})► FIRST
 *   ├─ column count ► COLUMNS ► ROWS ─ OK, EOF, ERR ► DONE (or FIRST again)
 *   └─ prepared OK  ► PARAMETERS ► COLUMNS ► DONE
 * </pre>
 *
 * Servers are always asked for {@link CapabilityFlags#DEPRECATE_EOF}, so nothing is between the columns and the rows. Source:
 * MySQL manual, "Text Resultset", "COM_STMT_PREPARE Response", "COM_STMT_FETCH".
 *
 * <p>Belongs to one event loop; used again for each answer.
 */
final class AnswerGrammar {
    enum State {
        FIRST,
        PARAMETERS,
        COLUMNS,
        ROWS,
        AWAITING_FILE,
        DONE
    }

    /** What a packet that was read is. */
    enum Meaning {
        OK,
        /** The end of rows or fields, or of an answer of one packet: an OK packet by another first byte, or EOF. */
        END,
        ERR,
        PREPARED,
        /** A column count, a wish for a file, a text. */
        OTHER
    }

    private final OkFields ok = new OkFields();
    private Expect expect = Expect.SINGLE;
    private State state = State.DONE;
    private boolean returnsRows;
    private long columnsLeft;
    private int parametersLeft;
    private int preparedColumns;
    private int statementId;
    private int parameters;
    private int preparedWarnings;

    void expect(Expect next) {
        expect = next;
        state = next == Expect.ROWS ? State.ROWS : State.FIRST;
        returnsRows = false;
        statementId = 0;
        parameters = 0;
        preparedColumns = 0;
        preparedWarnings = 0;
    }

    State state() {
        return state;
    }

    /**
     * Whether the packet that comes has to be read whole ({@link #read}), as it says how the answer goes on; any other is
     * only {@linkplain #passed passed}. One that continues a packet of 16 MB is neither.
     *
     * @param length of its payload, not 0
     */
    boolean isTelling(int firstByte, int length) {
        return switch (state) {
            case FIRST -> expect != Expect.FIELDS || endsRows(firstByte, length);
            case ROWS -> endsRows(firstByte, length);
            default -> firstByte == Packets.ERR;
        };
    }

    /** A row whose first value has 16 MB or more begins with FE as well, but fills its packet. */
    private static boolean endsRows(int firstByte, int length) {
        return firstByte == Packets.ERR || (firstByte == Packets.EOF && length < Packets.MAX_PAYLOAD);
    }

    /** A packet has ended that tells nothing: a column, a parameter, a row. */
    void passed() {
        if (state == State.COLUMNS && --columnsLeft == 0) {
            state = expect == Expect.PREPARED ? State.DONE : State.ROWS;
        } else if (state == State.PARAMETERS && --parametersLeft == 0) {
            state = afterParameters();
        }
        // Else it was a row, or a column of COM_FIELD_LIST: the state stays until the packet that ends them.
    }

    private State afterParameters() {
        if (preparedColumns == 0) {
            return State.DONE;
        }
        columnsLeft = preparedColumns;
        return State.COLUMNS;
    }

    /**
     * Reads a packet that tells something.
     *
     * @param payload consumed up to where this does not know it any more: the text of an OK packet, the whole of an error
     * @throws MalformedPacketException where it does not belong there
     */
    Meaning read(ByteBuf payload) {
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == Packets.ERR && !(state == State.FIRST && expect == Expect.SINGLE && payload.readableBytes() < 3)) {
            state = State.DONE;
            return Meaning.ERR;
        }
        return switch (state) {
            case FIRST -> first(first, payload);
            case ROWS -> {
                end(payload);
                resultEnds();
                yield Meaning.END;
            }
            default -> throw new MalformedPacketException("the server's answer goes on where it should have ended");
        };
    }

    private Meaning first(int first, ByteBuf payload) {
        return switch (expect) {
            case SINGLE -> {
                state = State.DONE;
                yield single(first, payload);
            }
            case FIELDS -> {
                end(payload);
                state = State.DONE;
                yield Meaning.END;
            }
            case PREPARED -> prepared(first, payload);
            default -> results(first, payload);
        };
    }

    private Meaning single(int first, ByteBuf payload) {
        if (first == Packets.OK && OkFields.isOk(payload)) {
            ok.readOk(payload);
            return Meaning.OK;
        }
        if (first == Packets.EOF) {
            end(payload);
            return Meaning.END;
        }
        return Meaning.OTHER;
    }

    private Meaning results(int first, ByteBuf payload) {
        if (first == Packets.OK) {
            ok.readOk(payload);
            resultEnds();
            return Meaning.OK;
        }
        if (first == Packets.LOCAL_INFILE) {
            state = State.AWAITING_FILE;
            return Meaning.OTHER;
        }
        columnsLeft = LengthEncoded.readInteger(payload);
        if (columnsLeft <= 0) {
            throw new MalformedPacketException("a result set of " + columnsLeft + " columns");
        }
        state = State.COLUMNS;
        returnsRows = true;
        return Meaning.OTHER;
    }

    private Meaning prepared(int first, ByteBuf payload) {
        if (first != Packets.OK || payload.readableBytes() < 12) {
            throw new MalformedPacketException("the answer to COM_STMT_PREPARE begins with " + payload.readableBytes()
                    + " bytes and 0x" + Integer.toHexString(first) + " (expected: 12 and 0x0)");
        }
        payload.skipBytes(1);
        statementId = payload.readIntLE();
        preparedColumns = payload.readUnsignedShortLE();
        parameters = payload.readUnsignedShortLE();
        payload.skipBytes(1);
        preparedWarnings = payload.readUnsignedShortLE();
        parametersLeft = parameters;
        state = parameters > 0 ? State.PARAMETERS : afterParameters();
        return Meaning.PREPARED;
    }

    private void resultEnds() {
        state = StatusFlags.has(ok.status(), StatusFlags.MORE_RESULTS_EXISTS) ? State.FIRST : State.DONE;
    }

    /** The packet after rows or fields. */
    private void end(ByteBuf payload) {
        if (OkFields.isOk(payload)) {
            ok.readOk(payload);
        } else {
            ok.readEof(payload);
        }
    }

    /** The client's file has been passed on whole: the server's verdict follows. */
    void fileSent() {
        state = State.FIRST;
    }

    /** Whether there has been a result set, if an empty one. */
    boolean returnsRows() {
        return returnsRows;
    }

    /** The fields of the last OK or EOF. */
    OkFields ok() {
        return ok;
    }

    int statementId() {
        return statementId;
    }

    int parameters() {
        return parameters;
    }

    /** Warnings of the preparation. */
    int preparedWarnings() {
        return preparedWarnings;
    }
}
