package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClassificationCacheTest {

    private final ClassificationCache cache = new ClassificationCache(4);

    @Test
    void givesTheSameObjectForTheSameText() {
        Classification first = cache.classify(text("SET @x = 1"), LexicalMode.DEFAULT);

        assertThat(cache.classify(text("SET @x = 1"), LexicalMode.DEFAULT)).isSameAs(first);
    }

    @Test
    void keepsTheDigestWithTheClassification() {
        ByteBuf sql = text("SELECT c FROM t WHERE id = 7");

        ClassificationCache.KnownText first = cache.know(sql, LexicalMode.DEFAULT);

        assertThat(first.digest()).isEqualTo(StatementDigest.hash(sql, LexicalMode.DEFAULT));
        assertThat(cache.know(sql, LexicalMode.DEFAULT)).isSameAs(first);
        assertThat(cache.know(text("SELECT c FROM t WHERE id = 8"), LexicalMode.DEFAULT)
                        .digest())
                .isEqualTo(first.digest());
        assertThat(cache.know(text("SELECT d FROM t WHERE id = 7"), LexicalMode.DEFAULT)
                        .digest())
                .isNotEqualTo(first.digest());
    }

    @Test
    void keepsTextsApartThatShareASlot() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                assertThat(cache.classify(text("SELECT " + i), LexicalMode.DEFAULT)
                                .isRead())
                        .isTrue();
                assertThat(cache.classify(text("DELETE FROM t WHERE id = " + i), LexicalMode.DEFAULT)
                                .isRead())
                        .isFalse();
            }
        }
    }

    @Test
    void keepsModesApart() {
        String sql = "SELECT 'a\\' FROM t FOR UPDATE -- '";

        assertThat(cache.classify(text(sql), LexicalMode.DEFAULT).isRead()).isTrue();
        assertThat(cache.classify(text(sql), new LexicalMode(false, true, false))
                        .isRead())
                .isFalse();
    }

    @Test
    void classifiesLongTextsWithoutKeepingThem() {
        String sql = "SET @x = '" + "y".repeat(ClassificationCache.LONGEST_TEXT) + "'";

        Classification first = cache.classify(text(sql), LexicalMode.DEFAULT);

        assertThat(cache.classify(text(sql), LexicalMode.DEFAULT))
                .isEqualTo(first)
                .isNotSameAs(first);
    }

    @Test
    void readsFromTheReaderIndexAndLeavesIt() {
        ByteBuf packet = text("\u0003SELECT 1").skipBytes(1);

        assertThat(cache.classify(packet, LexicalMode.DEFAULT).isRead()).isTrue();
        assertThat(packet.readerIndex()).isEqualTo(1);
    }

    @Test
    void refusesANumberOfSlotsThatIsNoPowerOfTwo() {
        assertThatThrownBy(() -> new ClassificationCache(3)).hasMessage("slots: 3 (expected: a power of two)");
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
