package com.foobar.http.http1;

import com.foobar.http.message.Ascii;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import io.netty.buffer.ByteBuf;

/**
 * Lines up to and with an empty one: the head of a message, or a trailer section. Collects them in the storage of a {@link Fields} however they are cut by the network, looking at
 * each byte once, and then finds the fields in them (RFC 9112 §5).
 */
final class FieldSection {
    private final int limit;
    private final int maxFields;
    private int length;
    private int scanned;
    private int lineStart;
    private int start;
    private int end;

    FieldSection(int limit, int maxFields) {
        this.limit = limit;
        this.maxFields = maxFields;
    }

    void reset() {
        length = 0;
        scanned = 0;
        lineStart = 0;
        start = 0;
        end = 0;
    }

    /** Whether some of the section has arrived. */
    boolean begun() {
        return length > 0;
    }

    /** The offset of the first line. */
    int start() {
        return start;
    }

    /** The offset of the empty line. */
    int end() {
        return end;
    }

    /**
     * Takes bytes until the section is complete, and not one more.
     *
     * @param skipEmptyLine whether one empty line before the first is ignored (RFC 9112 §2.2)
     * @return whether the section is complete
     * @throws MalformedMessage 431 when it is longer than the limit, 400 for a line that does not end with CR LF
     */
    boolean collect(ByteBuf in, Fields into, boolean skipEmptyLine) throws MalformedMessage {
        int count = Math.min(in.readableBytes(), limit - length);
        byte[] storage = into.storage(length + count);
        in.getBytes(in.readerIndex(), storage, length, count);
        int available = length + count;
        for (int i = scanned; i < available; i++) {
            if (storage[i] != '\n') {
                continue;
            }
            if (i == lineStart || storage[i - 1] != '\r') {
                throw MalformedMessage.badRequest("A line ends without carriage return.");
            }
            if (i == lineStart + 1) {
                if (skipEmptyLine && lineStart == 0) {
                    start = 2;
                } else {
                    end = lineStart;
                    in.skipBytes(i + 1 - length);
                    length = i + 1;
                    into.used(length);
                    return true;
                }
            }
            lineStart = i + 1;
        }
        in.skipBytes(count);
        length = available;
        scanned = available;
        if (length >= limit) {
            throw new MalformedMessage(431, "The head is longer than " + limit + " bytes.");
        }
        return false;
    }

    /** Finds the fields between {@code from} and the empty line, and adds them. */
    void parse(Fields fields, int from) throws MalformedMessage {
        byte[] storage = fields.storage();
        int at = from;
        while (at < end) {
            int nameStart = at;
            while (Ascii.isToken(storage[at])) {
                at++;
            }
            int nameLength = at - nameStart;
            if (storage[at] != ':' || nameLength == 0) {
                throw MalformedMessage.badRequest(describe(storage[at], nameLength));
            }
            at++;
            while (storage[at] == ' ' || storage[at] == '\t') {
                at++;
            }
            int valueStart = at;
            while (Ascii.isFieldValue(storage[at])) {
                at++;
            }
            if (storage[at] != '\r' || storage[at + 1] != '\n') {
                throw MalformedMessage.badRequest("A field's value has a control character.");
            }
            int valueEnd = at;
            while (valueEnd > valueStart && (storage[valueEnd - 1] == ' ' || storage[valueEnd - 1] == '\t')) {
                valueEnd--;
            }
            if (fields.slots() >= maxFields) {
                throw new MalformedMessage(431, "There are more than " + maxFields + " fields.");
            }
            fields.addPlaced(nameStart, nameLength, valueStart, valueEnd - valueStart);
            at += 2;
        }
    }

    private static String describe(byte found, int nameLength) {
        if (nameLength == 0) {
            return found == ' ' || found == '\t' ? "A field is folded over several lines." : "A field has no name.";
        }
        return found == ' ' || found == '\t'
                ? "There is white space between a field's name and the colon."
                : "A field's name has a character that is not allowed.";
    }

    /**
     * Whether the body is chunked.
     *
     * @throws MalformedMessage 400 for any other coding, several fields, or where Content-Length stands beside it (RFC 9112 §6.1)
     */
    static boolean chunked(Fields fields, boolean version10) throws MalformedMessage {
        int slot = fields.find(FieldName.TRANSFER_ENCODING);
        if (slot < 0) {
            return false;
        }
        if (version10) {
            throw MalformedMessage.badRequest("Transfer-Encoding is not part of HTTP/1.0.");
        }
        if (fields.has(FieldName.CONTENT_LENGTH)) {
            throw MalformedMessage.badRequest("There are both Transfer-Encoding and Content-Length.");
        }
        if (fields.find(FieldName.TRANSFER_ENCODING, slot + 1) >= 0 || !fields.valueIs(slot, "chunked")) {
            throw MalformedMessage.badRequest("Transfer-Encoding is not exactly chunked.");
        }
        return true;
    }

    /** Whether one of the comma-separated members of the fields of that name is {@code lowerCase} in any case. */
    static boolean listed(Fields fields, FieldName name, String lowerCase) {
        for (int slot = fields.find(name); slot >= 0; slot = fields.find(name, slot + 1)) {
            if (fields.valueIs(slot, lowerCase)) {
                return true;
            }
            if (fields.valueLength(slot) > lowerCase.length()) {
                for (String member : fields.value(slot).split(",")) {
                    if (member.strip().equalsIgnoreCase(lowerCase)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether the connection stays open after the message (RFC 9112 §9.3). */
    static boolean keepAlive(Fields fields, boolean version10) {
        if (!fields.has(FieldName.CONNECTION)) {
            return !version10;
        }
        if (listed(fields, FieldName.CONNECTION, "close")) {
            return false;
        }
        return !version10 || listed(fields, FieldName.CONNECTION, "keep-alive");
    }
}
