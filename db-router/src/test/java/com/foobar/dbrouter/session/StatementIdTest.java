package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class StatementIdTest {
    private final ByteBuf command =
            Packets.command(UnpooledByteBufAllocator.DEFAULT, Command.STMT_EXECUTE, new byte[9]);

    private ByteBuf of(int id, boolean isLeft) {
        return StatementId.in(command, id, isLeft, UnpooledByteBufAllocator.DEFAULT);
    }

    private static int id(ByteBuf sent) {
        return sent.getIntLE(sent.readerIndex() + Packets.HEADER + 1);
    }

    /** The first server does not read yet when the read is sent to the second: its id is another client's statement at the first. */
    @Test
    void whatWaitsInAConnectionThatLivesOnKeepsItsId() {
        EmbeddedChannel first = new EmbeddedChannel();
        first.write(of(5, true));
        EmbeddedChannel second = new EmbeddedChannel();
        second.writeAndFlush(of(9, false));
        command.release();
        first.flush();
        ByteBuf here = first.readOutbound();
        ByteBuf there = second.readOutbound();
        assertThat(id(here)).isEqualTo(5);
        assertThat(id(there)).isEqualTo(9);
        assertThat(here.readableBytes()).isEqualTo(there.readableBytes()).isEqualTo(Packets.HEADER + 10);
        here.release();
        there.release();
        assertThat(command.refCnt()).isZero();
    }

    @Test
    void isNotCopiedWhereNobodyElseCanSendIt() {
        ByteBuf sent = of(5, false);
        assertThat(id(command)).isEqualTo(5);
        sent.release();
        command.release();
    }
}
