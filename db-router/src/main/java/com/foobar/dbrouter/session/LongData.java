package com.foobar.dbrouter.session;

import com.foobar.dbrouter.memory.MemoryBudget;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** The COM_STMT_SEND_LONG_DATA messages of a statement since its last execution, in their order. Belongs to the session's event loop. */
final class LongData {
    /** What a piece costs at least, however short: the client pays for what keeping it takes. */
    private static final int LEAST_COST = 256;

    /** A shorter one is copied, as it would keep in memory all that was read with it. */
    private static final int SHORT = 16 << 10;

    private final Room room;
    private final List<ByteBuf> messages = new ArrayList<>(0);
    private long cost;
    private boolean missing;

    LongData(Room room) {
        this.room = room;
    }

    /** What all statements of a session may keep together. */
    static final class Room {
        private final MemoryBudget ofAll;
        private long left;

        /**
         * @param bytes in all
         * @param ofAll which it takes from; whoever adds a piece has asked that for room
         */
        Room(long bytes, MemoryBudget ofAll) {
            left = bytes;
            this.ofAll = ofAll;
        }

        private void take(long bytes) {
            left -= bytes;
            ofAll.add(bytes);
        }
    }

    /**
     * Takes over the reference. Where there is no room for it, it is {@link #isMissing} from now on: the message has no answer, so
     * that the next execution has to be refused.
     */
    void add(ByteBuf message) {
        int costs = Math.max(LEAST_COST, message.readableBytes());
        if (costs > room.left) {
            missing = true;
            message.release();
            return;
        }
        room.take(costs);
        cost += costs;
        messages.add(message.readableBytes() < SHORT ? copied(message) : message);
    }

    private static ByteBuf copied(ByteBuf message) {
        try {
            return message.alloc().buffer(message.readableBytes()).writeBytes(message);
        } finally {
            message.release();
        }
    }

    /** Whether a piece could not be kept. */
    boolean isMissing() {
        return missing;
    }

    List<ByteBuf> messages() {
        return messages;
    }

    void drop() {
        messages.forEach(ByteBuf::release);
        messages.clear();
        room.take(-cost);
        cost = 0;
        missing = false;
    }
}
