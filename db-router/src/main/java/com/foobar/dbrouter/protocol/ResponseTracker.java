package com.foobar.dbrouter.protocol;

import com.foobar.dbrouter.protocol.AnswerGrammar.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows a server's answer to its end without decoding its rows: only packet headers, first bytes, and the few small
 * packets that say how the answer goes on ({@link AnswerGrammar}) are looked at.
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

    /** An OK packet's session changes can be long; more than this is no answer of a sane server. */
    private static final int LONGEST_INSPECTED = 1 << 20;

    private final AnswerGrammar grammar = new AnswerGrammar();

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

    private int sequence;
    private int status;
    private boolean statusSaid;
    private int warnings;
    private long affectedRows;
    private long lastInsertId;
    private long rows;
    private final ToldPositions positions = new ToldPositions();
    private @Nullable String schema;
    private @Nullable ErrPacket error;

    /** Starts over for the answer to the next command. */
    public void expect(Expect next) {
        grammar.expect(next);
        started = false;
        known = false;
        headerBytes = 0;
        inPacket = false;
        continuation = false;
        releaseInspected();
        status = 0;
        statusSaid = false;
        warnings = 0;
        affectedRows = 0;
        lastInsertId = 0;
        rows = 0;
        positions.clear();
        schema = null;
        error = null;
    }

    /**
     * Reads on: moves {@code in}'s reader index behind the answer's last byte, or to its end where there is more to come.
     *
     * @return whether the answer has ended, or waits for the client's file ({@link #awaitsFile})
     * @throws MalformedPacketException where the server's bytes are no answer to the command
     */
    public boolean advance(ByteBuf in) {
        while (!done() && !awaitsFile()) {
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
                && (length == 0
                        ? grammar.state() == State.FIRST
                        : grammar.isTelling(in.getUnsignedByte(in.readerIndex()), length));
        known |= !inspecting;
        if (inspecting && length == 0) {
            throw new MalformedPacketException("the server's answer begins with an empty packet");
        }
        if (inspecting && length > LONGEST_INSPECTED) {
            throw new MalformedPacketException("a packet of " + length + " bytes where the answer's state is "
                    + grammar.state() + " (expected: at most " + LONGEST_INSPECTED + ")");
        }
        return true;
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
        if (grammar.state() == State.ROWS) {
            rows++;
        }
        grammar.passed();
    }

    private void understand(ByteBuf payload) {
        known = true;
        switch (grammar.read(payload)) {
            case OK, END -> told(payload);
            case ERR -> error = ErrPacket.read(payload);
            default -> {}
        }
    }

    private void told(ByteBuf rest) {
        OkFields ok = grammar.ok();
        status = ok.status();
        statusSaid = true;
        warnings = ok.warnings();
        affectedRows = ok.affectedRows();
        if (ok.lastInsertId() != 0) {
            lastInsertId = ok.lastInsertId();
        }
        if (ok.isEof() || !StatusFlags.has(status, StatusFlags.SESSION_STATE_CHANGED)) {
            return;
        }
        List<SessionChange> changes = SessionChange.read(rest, status);
        positions.note(changes);
        for (SessionChange change : changes) {
            if (change.type() == SessionChange.SCHEMA) {
                schema = change.value();
            }
        }
    }

    /** @return whether the client is now to send its file's packets; then {@link #fileSent} */
    public boolean awaitsFile() {
        return grammar.state() == State.AWAITING_FILE;
    }

    /** The client's file has been passed on whole: the server's verdict follows. */
    public void fileSent() {
        grammar.fileSent();
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
        return grammar.state() == State.DONE;
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

    /** @return whether the session is another after it, as far as its last flags tell: in a transaction, or with another state */
    public boolean changesSession() {
        return hasStatus()
                && (!StatusFlags.has(status(), StatusFlags.AUTOCOMMIT)
                        || StatusFlags.has(status(), StatusFlags.IN_TRANS)
                        || StatusFlags.has(status(), StatusFlags.SESSION_STATE_CHANGED));
    }

    /** @return warnings of the last statement, 0 to 65,535 */
    public int warnings() {
        return warnings;
    }

    /** @return rows that the last statement has changed, as its OK says; unsigned, 0 for a query */
    public long affectedRows() {
        return affectedRows;
    }

    /** @return the last generated or given id other than 0 in the answer, or 0 */
    public long lastInsertId() {
        return lastInsertId;
    }

    /** @return whether there has been a result set, if an empty one */
    public boolean returnsRows() {
        return grammar.returnsRows();
    }

    /** @return rows passed */
    public long rows() {
        return rows;
    }

    /** @return the database that the session is in from now on, empty for none; null where the answer tells no change */
    public @Nullable String schema() {
        return schema;
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
        return grammar.statementId();
    }

    /** @return the parameters of the statement that was prepared, 0 to 65,535 */
    public int parameters() {
        return grammar.parameters();
    }

    /** Releases what was kept of a packet that never came whole. */
    public void releaseInspected() {
        if (inspected != null) {
            inspected.release();
            inspected = null;
        }
    }
}
