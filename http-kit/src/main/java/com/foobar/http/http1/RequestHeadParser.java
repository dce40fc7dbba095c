package com.foobar.http.http1;

import com.foobar.http.exchange.SpareHeads;
import com.foobar.http.message.Ascii;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Hosts;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads request heads and refuses those that could be understood in two ways (RFC 9112 §3, §5, §6; RFC 9110 §7.2): the framing guard. One for each connection.
 */
public final class RequestHeadParser {
    private static final int MAX_METHOD = 32;

    private final int targetLimit;
    private final FieldSection section;
    /** Null between requests. */
    private @Nullable RequestHead head;

    private boolean keepAlive;

    /**
     * @param headLimit bytes of request line and fields
     * @param targetLimit bytes of the target
     * @param fieldLimit number of fields
     */
    public RequestHeadParser(int headLimit, int targetLimit, int fieldLimit) {
        this.targetLimit = targetLimit;
        this.section = new FieldSection(headLimit, fieldLimit);
    }

    /** The head: complete after {@link #parse} returned true, until {@link #reset}; nobody may use it then. */
    public RequestHead head() {
        RequestHead current = head;
        if (current == null) {
            current = SpareHeads.ofThread().take();
            head = current;
        }
        return current;
    }

    /** Whether the client lets the connection stay open. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Whether a head has begun to arrive. */
    public boolean begun() {
        return section.begun();
    }

    public void reset() {
        section.reset();
        RequestHead last = head;
        if (last != null) {
            head = null;
            SpareHeads.ofThread().give(last);
        }
    }

    /**
     * Takes bytes until the head is complete, and not one more.
     *
     * @return whether the head is complete
     * @throws MalformedMessage 400, 414, 417, 431 or 505; the connection's framing is lost then
     */
    public boolean parse(ByteBuf in) throws MalformedMessage {
        if (!section.collect(in, head().fields(), true)) {
            return false;
        }
        Fields fields = head().fields();
        int fieldsStart = requestLine(fields.storage());
        section.parse(fields, fieldsStart);
        boolean version10 = head().protocol() == Protocol.HTTP_1_0;
        boolean chunked = FieldSection.chunked(fields, version10);
        long contentLength = fields.contentLength();
        head().bodyLength(chunked ? RequestHead.UNKNOWN_LENGTH : Math.max(0, contentLength));
        checkHost(fields, version10);
        checkTarget(fields);
        keepAlive = FieldSection.keepAlive(fields, version10);
        head().checkExpectation();
        if (fields.has(FieldName.UPGRADE)) {
            head().upgrade(upgrade(fields, version10));
        }
        return true;
    }

    /** A wish that comes with a body, or of which the Connection field says nothing, is none that we must hear. */
    private @Nullable String upgrade(Fields fields, boolean version10) {
        boolean wanted =
                !version10 && !head().hasBody() && FieldSection.listed(fields, FieldName.CONNECTION, "upgrade");
        return wanted ? fields.joined(FieldName.UPGRADE) : null;
    }

    /** Returns the offset behind the line. */
    private int requestLine(byte[] storage) throws MalformedMessage {
        int start = section.start();
        int at = start;
        while (Ascii.isToken(storage[at])) {
            at++;
        }
        if (storage[at] != ' ' || at == start || at - start > MAX_METHOD) {
            throw MalformedMessage.badRequest("The request line does not begin with a method and a space.");
        }
        head().method(Method.of(storage, start, at - start));
        int targetStart = ++at;
        while (Ascii.isTarget(storage[at])) {
            at++;
        }
        if (at - targetStart > targetLimit) {
            throw new MalformedMessage(414, "The request target is longer than " + targetLimit + " bytes.");
        }
        if (storage[at] == '#') {
            throw MalformedMessage.badRequest("The request target has a fragment.");
        }
        if (storage[at] != ' ' || at == targetStart) {
            throw MalformedMessage.badRequest(
                    "The request line is not method, target and version, each divided by one space.");
        }
        head().targetAt(targetStart, at - targetStart);
        return version(storage, at + 1);
    }

    private int version(byte[] storage, int at) throws MalformedMessage {
        boolean http = storage[at] == 'H'
                && storage[at + 1] == 'T'
                && storage[at + 2] == 'T'
                && storage[at + 3] == 'P'
                && storage[at + 4] == '/';
        if (!http || storage[at + 6] != '.' || storage[at + 8] != '\r' || storage[at + 9] != '\n') {
            throw MalformedMessage.badRequest("The request line does not end with a version of HTTP.");
        }
        if (storage[at + 5] != '1' || (storage[at + 7] != '1' && storage[at + 7] != '0')) {
            throw new MalformedMessage(505, "Only HTTP/1.1, HTTP/1.0 and, over TLS, HTTP/2 are spoken here.");
        }
        head().protocol(storage[at + 7] == '1' ? Protocol.HTTP_1_1 : Protocol.HTTP_1_0);
        return at + 10;
    }

    private static void checkHost(Fields fields, boolean version10) throws MalformedMessage {
        int slot = fields.find(FieldName.HOST);
        if (slot < 0) {
            if (version10) {
                return;
            }
            throw MalformedMessage.badRequest("There is no Host field.");
        }
        if (fields.find(FieldName.HOST, slot + 1) >= 0) {
            throw MalformedMessage.badRequest("There are several Host fields.");
        }
        if (!Hosts.isValid(fields.storage(), fields.valueStart(slot), fields.valueLength(slot))) {
            throw MalformedMessage.badRequest("The Host field is not a host and port.");
        }
    }

    /** Origin form stays, absolute form becomes origin form if it names the Host, anything else must fit the method (RFC 9112 §3.2). */
    private void checkTarget(Fields fields) throws MalformedMessage {
        byte[] storage = fields.storage();
        int start = head().targetStart();
        int length = head().targetLength();
        if (storage[start] == '/') {
            if (head().method().equals(Method.CONNECT)) {
                throw MalformedMessage.badRequest("The target of CONNECT is not a host and port.");
            }
            return;
        }
        if (head().method().equals(Method.CONNECT)) {
            return;
        }
        if (length == 1 && storage[start] == '*' && head().method().equals(Method.OPTIONS)) {
            return;
        }
        int scheme = schemeLength(storage, start, length);
        if (scheme == 0) {
            throw MalformedMessage.badRequest("The request target is neither a path nor an address.");
        }
        int authority = start + scheme;
        int end = authority;
        while (end < start + length && storage[end] != '/' && storage[end] != '?') {
            end++;
        }
        int host = fields.find(FieldName.HOST);
        if (host < 0
                || !sameIgnoringCase(
                        storage, authority, end - authority, fields.valueStart(host), fields.valueLength(host))) {
            throw MalformedMessage.badRequest("The request target names another host than the Host field.");
        }
        if (end == start + length && head().method().equals(Method.OPTIONS)) {
            // RFC 9112 §3.2.4
            head().target("*");
        } else if (end < start + length && storage[end] == '/') {
            head().targetAt(end, start + length - end);
        } else {
            head().target("/"
                    + new String(storage, end, start + length - end, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    private static int schemeLength(byte[] storage, int start, int length) {
        if (length > 7 && Ascii.equalsIgnoreCase("http://", storage, start, 7)) {
            return 7;
        }
        return length > 8 && Ascii.equalsIgnoreCase("https://", storage, start, 8) ? 8 : 0;
    }

    private static boolean sameIgnoringCase(byte[] storage, int a, int aLength, int b, int bLength) {
        if (aLength != bLength) {
            return false;
        }
        for (int i = 0; i < aLength; i++) {
            if (Character.toLowerCase(storage[a + i]) != Character.toLowerCase(storage[b + i])) {
                return false;
            }
        }
        return true;
    }
}
