package com.foobar.web.content;

import com.foobar.web.conditional.EntityTag;
import com.foobar.web.content.SiteFile.Form;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes {@link SiteFile.InMemory} of bytes: tags by hash of the content, forms that the build has made, and gzip once at load time where it has not. */
final class InMemoryFiles {
    /** Below this a file fits into a packet with its head either way. */
    private static final int LEAST_TO_COMPRESS = 512;

    private InMemoryFiles() {}

    static SiteFile.InMemory of(String name, byte[] bytes, Instant lastModified) {
        return of(name, bytes, lastModified, Map.of());
    }

    /** @param coded forms that lay beside the file, by coding */
    static SiteFile.InMemory of(String name, byte[] bytes, Instant lastModified, Map<String, byte[]> coded) {
        MediaType type = MediaTypes.of(name);
        Map<String, byte[]> candidates = new HashMap<>(coded);
        if (type.text() && bytes.length >= LEAST_TO_COMPRESS && !candidates.containsKey("gzip")) {
            candidates.put("gzip", gzip(bytes));
        }
        List<Form> forms = new ArrayList<>();
        candidates.forEach((coding, packed) -> {
            if (packed.length <= bytes.length * 9L / 10) {
                forms.add(form(coding, packed));
            }
        });
        forms.sort(Comparator.comparingLong(form -> form.representation().length()));
        return new SiteFile.InMemory(name, type, lastModified, form(null, bytes), forms);
    }

    /** The tag is of the bytes that are sent, so that two servers with the same file have the same tag, and each coding has its own. */
    private static Form form(@Nullable String coding, byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String opaque = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
            return new Form(new Representation(coding, EntityTag.strong(opaque), bytes.length), buffer(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static ByteBuf buffer(byte[] bytes) {
        // Outside the heap, where the kernel can read it without another copy.
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct.asReadOnlyBuffer()));
    }

    private static byte[] gzip(byte[] bytes) {
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
