package com.foobar.http.http1;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.HttpDate;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.StatusText;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes heads as HTTP/1.1 frames them. Framing fields are made here and nowhere else: those among the head's fields are left out. Heads are put together in an array of the event
 * loop's own and copied to the buffer in one go, which costs a fraction of writing piece by piece.
 */
public final class HeadWriter {
    private static final FastThreadLocal<HeadWriter> WRITERS = new FastThreadLocal<>() {
        @Override
        protected HeadWriter initialValue() {
            return new HeadWriter();
        }
    };

    private static final byte[] VERSION_END = ascii(" HTTP/1.1\r\n");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
    private static final byte[] CONNECTION_UPGRADE = ascii("connection: upgrade\r\n");
    private static final byte[] UPGRADE = ascii("upgrade: ");
    private static final byte[] DATE = ascii("date: ");
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");

    /** How the response's end is told to the client, and what becomes of the connection. */
    public enum Connection {
        /** Nothing to say: stays open, as HTTP/1.1 does. */
        PERSISTENT,
        /** Stays open for an HTTP/1.0 client that asked for it. */
        KEEP_ALIVE,
        CLOSE,
        /** Speaks another protocol from here on. */
        UPGRADE
    }

    private byte[] bytes = new byte[2048];
    private int length;

    private HeadWriter() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The writer of this thread. */
    public static HeadWriter get() {
        return WRITERS.get();
    }

    /**
     * Writes a request head.
     *
     * @param bodyLength of the body that follows: 0 for none, {@link RequestHead#UNKNOWN_LENGTH} for a chunked one
     */
    public void request(ByteBuf out, RequestHead head, long bodyLength) {
        length = 0;
        put(head.method().name());
        put((byte) ' ');
        put(head.fields().storage(), head.targetStart(), head.targetLength());
        put(VERSION_END);
        fields(head.fields());
        if (bodyLength < 0) {
            put(CHUNKED);
        } else if (bodyLength > 0 || head.fields().has(FieldName.CONTENT_LENGTH)) {
            put(CONTENT_LENGTH);
            put(bodyLength);
            put(CRLF);
        }
        String upgrade = head.upgrade();
        if (upgrade != null) {
            put(CONNECTION_UPGRADE);
            put(UPGRADE);
            put(upgrade);
            put(CRLF);
        }
        finish(out);
    }

    /**
     * Writes a response head.
     *
     * @param chunked whether the body is written in chunks
     * @param withLength whether {@link ResponseHead#contentLength()} is announced, if known
     */
    public void response(ByteBuf out, ResponseHead head, boolean chunked, boolean withLength, Connection connection) {
        length = 0;
        put(StatusText.line(head.status()));
        fields(head.fields());
        if (!head.fields().has(FieldName.DATE) && head.status() >= 200) {
            put(DATE);
            put(HttpDate.now().bytes());
            put(CRLF);
        }
        if (chunked) {
            put(CHUNKED);
        } else if (withLength && head.contentLength() >= 0) {
            put(CONTENT_LENGTH);
            put(head.contentLength());
            put(CRLF);
        }
        if (connection == Connection.CLOSE) {
            put(CLOSE);
        } else if (connection == Connection.KEEP_ALIVE) {
            put(KEEP_ALIVE);
        } else if (connection == Connection.UPGRADE) {
            put(CONNECTION_UPGRADE);
        }
        finish(out);
    }

    /** Writes {@code 100 Continue}. */
    public static void continueResponse(ByteBuf out) {
        out.writeBytes(CONTINUE);
    }

    /** Writes the line that goes before a chunk of that many bytes, 1 at least. */
    public void chunkStart(ByteBuf out, int size) {
        length = 0;
        int shift = (31 - Integer.numberOfLeadingZeros(size)) & ~3;
        for (; shift >= 0; shift -= 4) {
            put((byte) Character.forDigit((size >> shift) & 15, 16));
        }
        finish(out);
    }

    /** Writes what goes behind a chunk. */
    public static void chunkEnd(ByteBuf out) {
        out.writeBytes(CRLF);
    }

    /** Writes the last chunk and the trailers. */
    public void lastChunk(ByteBuf out, Fields trailers) {
        length = 0;
        put(LAST_CHUNK);
        fields(trailers);
        finish(out);
    }

    private void fields(Fields fields) {
        byte[] storage = fields.storage();
        int slots = fields.slots();
        for (int slot = 0; slot < slots; slot++) {
            int nameLength = fields.nameLength(slot);
            FieldName known = nameLength == 0 ? null : fields.known(slot);
            if (nameLength == 0
                    || known == FieldName.CONTENT_LENGTH
                    || known == FieldName.TRANSFER_ENCODING
                    || known == FieldName.CONNECTION) {
                continue;
            }
            int valueLength = fields.valueLength(slot);
            int nameStart = fields.nameStart(slot);
            room(nameLength + valueLength + 4);
            System.arraycopy(storage, nameStart, bytes, length, nameLength);
            length += nameLength;
            bytes[length++] = ':';
            bytes[length++] = ' ';
            System.arraycopy(storage, fields.valueStart(slot), bytes, length, valueLength);
            length += valueLength;
            bytes[length++] = '\r';
            bytes[length++] = '\n';
        }
    }

    private void finish(ByteBuf out) {
        put(CRLF);
        out.writeBytes(bytes, 0, length);
    }

    private void room(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    private void put(byte[] source) {
        put(source, 0, source.length);
    }

    private void put(byte[] source, int start, int count) {
        room(count);
        System.arraycopy(source, start, bytes, length, count);
        length += count;
    }

    private void put(byte b) {
        room(1);
        bytes[length++] = b;
    }

    private void put(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    private void put(long number) {
        room(20);
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }
}
