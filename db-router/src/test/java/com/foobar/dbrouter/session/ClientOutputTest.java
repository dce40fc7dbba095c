package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientOutputTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ClientOutput output = new ClientOutput(channel);

    @AfterEach
    void close() {
        channel.flush();
        channel.finishAndReleaseAll();
    }

    /** A long piece alone does not say that the client does not read. */
    @Test
    void hasRoomForWhoTakesAllThatIsThere() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
        output.write(Unpooled.wrappedBuffer(new byte[1000]));
        assertThat(output.hasRoom()).isFalse();
        assertThat(output.hasRoomOnceFlushed()).isTrue();
    }

    @Test
    void aSmallPieceKeepsNothingElseInMemory() {
        ByteBuf read = Unpooled.wrappedBuffer(new byte[ClientOutput.SMALL + 10]);
        output.write(output.owned(read.retainedSlice(0, ClientOutput.SMALL)));
        assertThat(read.refCnt()).isEqualTo(1);
        output.write(output.owned(read.retainedSlice(0, ClientOutput.SMALL + 1)));
        assertThat(read.refCnt()).isEqualTo(2);
        read.release();
    }
}
