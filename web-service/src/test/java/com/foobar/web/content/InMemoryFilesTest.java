package com.foobar.web.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class InMemoryFilesTest {
    private static final byte[] TEXT = "body { color: black }\n".repeat(100).getBytes(UTF_8);

    @Test
    void packsTextOnce() throws Exception {
        SiteFile.InMemory file = InMemoryFiles.of("site.css", TEXT, Instant.EPOCH);
        assertThat(file.codings()).containsExactly("gzip");
        ByteBuf packed = file.bytes(file.coded("gzip"));
        assertThat(file.coded("gzip").length())
                .isEqualTo(packed.readableBytes())
                .isLessThan(TEXT.length);
        assertThat(new GZIPInputStream(new ByteBufInputStream(packed.duplicate())).readAllBytes())
                .isEqualTo(TEXT);
        assertThat(ByteBufUtil.getBytes(file.bytes(file.plain()))).isEqualTo(TEXT);
    }

    @Test
    void leavesPlainWhatDoesNotGetSmaller() {
        byte[] noise = new byte[4096];
        new Random(1).nextBytes(noise);
        assertThat(InMemoryFiles.of("noise.txt", noise, Instant.EPOCH).codings())
                .isEmpty();
        assertThat(InMemoryFiles.of("photo.png", TEXT, Instant.EPOCH).codings()).isEmpty();
        assertThat(InMemoryFiles.of("tiny.css", "a{}".getBytes(UTF_8), Instant.EPOCH)
                        .codings())
                .isEmpty();
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
        assertThat(file.coded("gzip").tag()).isNotEqualTo(file.plain().tag());
    }

    @Test
    void keepsAnEmptyFile() {
        SiteFile.InMemory file = InMemoryFiles.of("empty.txt", new byte[0], Instant.EPOCH);
        assertThat(file.plain().length()).isZero();
        assertThat(file.bytes(file.plain()).readableBytes()).isZero();
    }

    @Test
    void letsNobodyChangeOrReleaseTheBytes() {
        SiteFile.InMemory file = InMemoryFiles.of("a.css", TEXT, Instant.EPOCH);
        ByteBuf bytes = file.bytes(file.plain());
        assertThat(bytes.isReadOnly()).isTrue();
        assertThat(bytes.release()).isFalse();
        assertThat(bytes.slice(0, 4).release()).isFalse();
        assertThat(ByteBufUtil.getBytes(bytes)).isEqualTo(TEXT);
    }

    @Test
    void takesTheFormsThatTheBuildHasMade() {
        byte[] brotli = "as if it were".getBytes(UTF_8);
        byte[] useless = new byte[TEXT.length];
        SiteFile.InMemory file = InMemoryFiles.of("a.css", TEXT, Instant.EPOCH, Map.of("br", brotli, "zstd", useless));
        assertThat(file.codings()).containsExactly("br", "gzip");
        assertThat(ByteBufUtil.getBytes(file.bytes(file.coded("br")))).isEqualTo(brotli);
        assertThat(file.coded("br").tag()).isNotEqualTo(file.coded("gzip").tag());
    }
}
