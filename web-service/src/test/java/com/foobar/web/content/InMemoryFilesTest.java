package com.foobar.web.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import java.time.Instant;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class InMemoryFilesTest {
    private static final byte[] TEXT = "body { color: black }\n".repeat(100).getBytes(UTF_8);

    @Test
    void packsTextOnce() throws Exception {
        SiteFile.InMemory file = InMemoryFiles.of("site.css", TEXT, Instant.EPOCH);
        ByteBuf packed = file.gzipBytes();
        assertThat(packed).isNotNull();
        assertThat(file.gzip()).isNotNull();
        assertThat(file.gzip().length()).isEqualTo(packed.readableBytes()).isLessThan(TEXT.length);
        assertThat(new GZIPInputStream(new ByteBufInputStream(packed.duplicate())).readAllBytes())
                .isEqualTo(TEXT);
        assertThat(ByteBufUtil.getBytes(file.plainBytes())).isEqualTo(TEXT);
    }

    @Test
    void leavesPlainWhatDoesNotGetSmaller() {
        byte[] noise = new byte[4096];
        new Random(1).nextBytes(noise);
        assertThat(InMemoryFiles.of("noise.txt", noise, Instant.EPOCH).gzip()).isNull();
        assertThat(InMemoryFiles.of("photo.png", TEXT, Instant.EPOCH).gzip()).isNull();
        assertThat(InMemoryFiles.of("tiny.css", "a{}".getBytes(UTF_8), Instant.EPOCH)
                        .gzip())
                .isNull();
    }

    @Test
    void tagsByContentAlone() {
        SiteFile.InMemory file = InMemoryFiles.of("a.css", TEXT, Instant.EPOCH);
        SiteFile.InMemory same = InMemoryFiles.of("b.css", TEXT, Instant.now());
        byte[] changed = TEXT.clone();
        changed[0]++;
        SiteFile.InMemory other = InMemoryFiles.of("a.css", changed, Instant.EPOCH);
        assertThat(file.plain().tag())
                .isEqualTo(same.plain().tag())
                .isNotEqualTo(other.plain().tag());
        assertThat(file.plain().tag().weak()).isFalse();
        assertThat(file.gzip()).isNotNull();
        assertThat(file.gzip().tag()).isNotEqualTo(file.plain().tag());
    }

    @Test
    void keepsAnEmptyFile() {
        SiteFile.InMemory file = InMemoryFiles.of("empty.txt", new byte[0], Instant.EPOCH);
        assertThat(file.plain().length()).isZero();
        assertThat(file.plainBytes().readableBytes()).isZero();
    }

    @Test
    void letsNobodyChangeOrReleaseTheBytes() {
        ByteBuf bytes = InMemoryFiles.of("a.css", TEXT, Instant.EPOCH).plainBytes();
        assertThat(bytes.isReadOnly()).isTrue();
        assertThat(bytes.release()).isFalse();
        assertThat(bytes.slice(0, 4).release()).isFalse();
        assertThat(ByteBufUtil.getBytes(bytes)).isEqualTo(TEXT);
    }
}
