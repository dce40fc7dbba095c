package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A command of the router's own, whose answer no client sees.
 *
 * @param argument what follows the command byte, one char per byte
 * @param required unless a refusal changes nothing
 */
record OwnCommand(Command command, String argument, boolean required) {
    static OwnCommand required(Command command, String argument) {
        return new OwnCommand(command, argument, true);
    }

    static OwnCommand attempted(Command command, String argument) {
        return new OwnCommand(command, argument, false);
    }

    /** @return the kind of answer to follow */
    Expect expect() {
        return switch (command) {
            case QUERY -> Expect.RESULTS;
            case STMT_PREPARE -> Expect.PREPARED;
            default -> Expect.SINGLE;
        };
    }

    ByteBuf packet(ByteBufAllocator allocator) {
        return Packets.command(allocator, command, argument.getBytes(Packets.BYTES));
    }
}
