package com.foobar.web.content;

import com.foobar.web.conditional.ByteRange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A body of several parts of one file, {@code multipart/byteranges} (RFC 9110 §14.6).
 *
 * @param boundary between the parts; random, so that nobody can have put it into the file
 * @param heads    what goes before each part
 */
record Multipart(String boundary, List<byte[]> heads, List<ByteRange> parts) {
    static Multipart of(List<ByteRange> parts, String mediaType, long total) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String boundary = String.format("%016x%016x", random.nextLong(), random.nextLong());
        List<byte[]> heads = new ArrayList<>();
        for (ByteRange part : parts) {
            heads.add(("\r\n--" + boundary + "\r\nContent-Type: " + mediaType + "\r\nContent-Range: "
                            + part.contentRange(total) + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        }
        return new Multipart(boundary, List.copyOf(heads), parts);
    }

    String mediaType() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** @param data of each part, in their order; belongs to the result */
    ByteBuf body(List<ByteBuf> data) {
        ByteBuf[] pieces = new ByteBuf[2 * data.size() + 1];
        for (int i = 0; i < data.size(); i++) {
            pieces[2 * i] = Unpooled.wrappedBuffer(heads.get(i));
            pieces[2 * i + 1] = data.get(i);
        }
        pieces[2 * data.size()] =
                Unpooled.wrappedBuffer(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return Unpooled.wrappedBuffer(pieces.length, pieces);
    }
}
