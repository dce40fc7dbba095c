package com.foobar.web.content;

import com.foobar.web.conditional.EntityTag;
import com.foobar.web.content.SiteFile.Representation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes {@link SiteFile.InMemory} of bytes: tags by hash of the content, gzip once at load time where it pays. */
final class InMemoryFiles {
    /** Below this a file fits into a packet with its head either way. */
    private static final int LEAST_TO_COMPRESS = 512;

    private InMemoryFiles() {}

    static SiteFile.InMemory of(String name, byte[] bytes, Instant lastModified) {
        MediaType type = MediaTypes.of(name);
        byte[] packed = type.text() && bytes.length >= LEAST_TO_COMPRESS ? gzip(bytes) : null;
        if (packed != null && packed.length > bytes.length * 9L / 10) {
            packed = null;
        }
        return new SiteFile.InMemory(
                name,
                type,
                lastModified,
                representation(bytes),
                buffer(bytes),
                packed == null ? null : representation(packed),
                packed == null ? null : buffer(packed));
    }

    /** The tag is of the bytes that are sent, so that two servers with the same file have the same tag, and gzip has its own. */
    private static Representation representation(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String opaque = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
            return new Representation(EntityTag.strong(opaque), bytes.length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static ByteBuf buffer(byte[] bytes) {
        // Outside the heap, where the kernel can read it without another copy.
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct.asReadOnlyBuffer()));
    }

    private static byte @Nullable [] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 2);
        try (OutputStream out = new BestGzip(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return packed.toByteArray();
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
