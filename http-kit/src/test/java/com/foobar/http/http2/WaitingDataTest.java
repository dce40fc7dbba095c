package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingDataTest {
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final WaitingData waiting = new WaitingData(allocator);
    private final List<ByteBuf> read = new ArrayList<>();

    private ByteBuf piece(int size) {
        ByteBuf piece = Unpooled.buffer(Math.max(1, size));
        for (int i = 0; i < size; i++) {
            piece.writeByte(i);
        }
        read.add(piece);
        return piece;
    }

    @AfterEach
    void nothingIsKept() {
        for (ByteBuf left = waiting.poll(); left != null; left = waiting.poll()) {
            left.release();
        }
        assertThat(read).allSatisfy(piece -> assertThat(piece.refCnt()).isZero());
    }

    @Test
    void handsASinglePieceOnAsItIs() {
        ByteBuf only = piece(100);
        waiting.add(only);
        ByteBuf polled = waiting.poll();
        assertThat(polled).isSameAs(only);
        only.release();
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.poll()).isNull();
    }

    @Test
    void keepsNoneOfManySmallPieces() {
        for (int i = 0; i < 65_535; i++) {
            waiting.add(piece(1));
        }
        assertThat(read.stream().skip(1))
                .allSatisfy(piece -> assertThat(piece.refCnt()).isZero());
        int pieces = 0;
        int bytes = 0;
        int capacity = 0;
        for (ByteBuf next = waiting.poll(); next != null; next = waiting.poll()) {
            pieces++;
            bytes += next.readableBytes();
            capacity += next.capacity();
            next.release();
        }
        assertThat(bytes).isEqualTo(65_535);
        assertThat(pieces).isLessThanOrEqualTo(5);
        assertThat(capacity).as("bytes of memory").isLessThan(2 * 65_535);
    }

    /** Whatever the sizes, and whenever it is polled. */
    @Test
    void keepsTheOrder() {
        Random random = new Random(1);
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 2_000; i++) {
            ByteBuf next = random.nextInt(3) == 0 ? waiting.poll() : null;
            if (next != null) {
                take(next, out);
            }
            byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(16_385) : random.nextInt(20)];
            random.nextBytes(bytes);
            in.writeBytes(bytes);
            ByteBuf piece = Unpooled.wrappedBuffer(bytes);
            waiting.add(piece);
        }
        for (ByteBuf next = waiting.poll(); next != null; next = waiting.poll()) {
            take(next, out);
        }
        assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
    }

    private static void take(ByteBuf piece, ByteArrayOutputStream out) {
        byte[] bytes = new byte[piece.readableBytes()];
        piece.readBytes(bytes);
        out.writeBytes(bytes);
        piece.release();
    }
}
