package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.LengthEncoded;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** A query of the router's own for one row of short values, of which it takes the first. */
final class OwnQuestion implements Exchange {
    private static final int LONGEST = 4 << 10;

    private final int columns;
    private final Consumer<String> known;
    private final Runnable unknown;
    private final ByteBuf answer = Unpooled.buffer(256, LONGEST);

    /**
     * @param columns that the query asks for
     * @param known is given the value, one char per byte
     * @param unknown is called where there is none to be had
     */
    OwnQuestion(int columns, Consumer<String> known, Runnable unknown) {
        this.columns = columns;
        this.known = known;
        this.unknown = unknown;
    }

    @Override
    public Expect expect() {
        return Expect.RESULTS;
    }

    @Override
    public void received(ByteBuf bytes, ResponseTracker tracker) {
        try {
            if (bytes.readableBytes() > answer.maxWritableBytes()) {
                throw new MalformedPacketException("more than " + LONGEST + " bytes where one row was asked for");
            }
            answer.writeBytes(bytes);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void completed(ResponseTracker tracker) {
        if (tracker.rows() != 1) {
            unknown.run();
            return;
        }
        // The column count and the columns are before the row.
        for (int packet = 0; packet <= columns; packet++) {
            answer.skipBytes(Packets.HEADER + answer.getUnsignedMediumLE(answer.readerIndex()));
        }
        answer.skipBytes(Packets.HEADER);
        known.accept(LengthEncoded.readBytes(answer).toString(Packets.BYTES));
    }

    @Override
    public boolean isOfTheRouter() {
        return true;
    }

    @Override
    public boolean canRunElsewhere() {
        return true;
    }

    @Override
    public void failed(ServerFailure failure) {
        unknown.run();
    }
}
