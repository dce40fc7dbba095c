package com.foobar.http.http1;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;

/** Reads the heads of a server's responses, as strictly as requests are read (RFC 9112 §4, §6.3). One for each connection to a server. */
public final class ResponseHeadParser {
    /** How the end of a body is told. */
    public enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final FieldSection section;
    private final ResponseHead head = new ResponseHead();
    private Framing framing = Framing.NONE;
    private boolean keepAlive;

    public ResponseHeadParser(int headLimit, int fieldLimit) {
        this.section = new FieldSection(headLimit, fieldLimit);
    }

    /** The head: complete after {@link #parse} returned true, until {@link #reset}. */
    public ResponseHead head() {
        return head;
    }

    public Framing framing() {
        return framing;
    }

    /** Whether the server lets the connection stay open. */
    public boolean keepAlive() {
        return keepAlive;
    }

    public boolean begun() {
        return section.begun();
    }

    public void reset() {
        section.reset();
        head.clear();
    }

    /**
     * Takes bytes until the head is complete, and not one more.
     *
     * @param method of the request that is answered
     * @return whether the head is complete
     * @throws MalformedMessage if it is no HTTP/1 response; the connection's framing is lost then
     */
    public boolean parse(ByteBuf in, Method method) throws MalformedMessage {
        Fields fields = head.fields();
        if (!section.collect(in, fields, false)) {
            return false;
        }
        byte[] storage = fields.storage();
        boolean version10 = statusLine(storage);
        int at = section.start() + 12;
        while (storage[at] != '\n') {
            at++;
        }
        section.parse(fields, at + 1);
        boolean chunked = FieldSection.chunked(fields, version10);
        long contentLength = fields.contentLength();
        keepAlive = FieldSection.keepAlive(fields, version10);
        head.contentLength(chunked ? ResponseHead.UNKNOWN_LENGTH : contentLength);
        if (!head.hasBody(method)) {
            framing = Framing.NONE;
        } else if (chunked) {
            framing = Framing.CHUNKED;
        } else if (contentLength >= 0) {
            framing = Framing.LENGTH;
        } else {
            framing = Framing.UNTIL_CLOSE;
            keepAlive = false;
        }
        return true;
    }

    private boolean statusLine(byte[] storage) throws MalformedMessage {
        int at = section.start();
        boolean http1 = section.end() - at >= 12
                && storage[at] == 'H'
                && storage[at + 1] == 'T'
                && storage[at + 2] == 'T'
                && storage[at + 3] == 'P'
                && storage[at + 4] == '/'
                && storage[at + 5] == '1'
                && storage[at + 6] == '.'
                && (storage[at + 7] == '1' || storage[at + 7] == '0')
                && storage[at + 8] == ' ';
        int status = 0;
        for (int i = at + 9; http1 && i < at + 12; i++) {
            int digit = storage[i] - '0';
            http1 = digit >= 0 && digit <= 9;
            status = status * 10 + digit;
        }
        if (!http1 || (storage[at + 12] != ' ' && storage[at + 12] != '\r') || status < 100) {
            throw MalformedMessage.badRequest("The response does not begin with a status line of HTTP/1.");
        }
        head.status(status);
        return storage[at + 7] == '0';
    }

    /** How long the server keeps the idle connection, as {@code Keep-Alive: timeout} tells, in seconds; -1 where it does not tell. */
    public int keepAliveSeconds() {
        String value = head.fields().get(FieldName.KEEP_ALIVE);
        if (value == null) {
            return -1;
        }
        for (String parameter : value.split(",")) {
            String text = parameter.strip();
            if (text.regionMatches(true, 0, "timeout=", 0, 8) && text.length() < 14) {
                try {
                    return Math.max(0, Integer.parseInt(text.substring(8)));
                } catch (NumberFormatException e) {
                    return -1;
                }
            }
        }
        return -1;
    }
}
