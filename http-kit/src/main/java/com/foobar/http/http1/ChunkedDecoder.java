package com.foobar.http.http1;

import com.foobar.http.message.Ascii;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes the chunked coding off a body (RFC 9112 §7.1). Chunk extensions are read over, within a bound; of trailers those are dropped that would frame, route or authenticate
 * (RFC 9110 §6.5.1).
 */
public final class ChunkedDecoder {
    private static final int MAX_SIZE_DIGITS = 16;
    private static final int MAX_EXTENSION = 256;
    /** Of one body altogether, so that extensions cannot outweigh it. */
    private static final int MAX_EXTENSIONS = 16 * 1024;

    private static final int MAX_TRAILERS = 8 * 1024;
    private static final int MAX_TRAILER_FIELDS = 32;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        END
    }

    private final FieldSection section = new FieldSection(MAX_TRAILERS, MAX_TRAILER_FIELDS);
    private Fields trailers = Fields.none();
    private State state = State.SIZE;
    private long size;
    private int digits;
    private int extension;
    private int extensions;
    /** Whether the extension that is being read has a name so far. */
    private boolean named;
    /** In a quoted string, and behind a backslash in it. */
    private boolean quoted;

    private boolean escaped;

    public void reset() {
        state = State.SIZE;
        size = 0;
        digits = 0;
        extension = 0;
        extensions = 0;
        section.reset();
        if (trailers.slots() > 0) {
            trailers = Fields.none();
        } else {
            trailers.clear();
        }
    }

    /** Whether the last chunk and the trailers have been read. */
    public boolean ended() {
        return state == State.END;
    }

    /** The trailers, after the end. */
    public Fields trailers() {
        return trailers;
    }

    /**
     * Takes the next piece of the body.
     *
     * @return a slice of {@code in} with a count of references of its own; null where {@code in} holds no more of it or the end is reached
     * @throws MalformedMessage 400; the connection's framing is lost then
     */
    public @Nullable ByteBuf next(ByteBuf in) throws MalformedMessage {
        while (in.isReadable()) {
            switch (state) {
                case SIZE -> size(in.readByte());
                case EXTENSION -> extension(in.readByte());
                case SIZE_LF -> {
                    expect(in.readByte(), '\n');
                    state = size == 0 ? State.TRAILERS : State.DATA;
                }
                case DATA -> {
                    int count = (int) Math.min(size, in.readableBytes());
                    size -= count;
                    if (size == 0) {
                        state = State.DATA_CR;
                    }
                    return in.readRetainedSlice(count);
                }
                case DATA_CR -> {
                    expect(in.readByte(), '\r');
                    state = State.DATA_LF;
                }
                case DATA_LF -> {
                    expect(in.readByte(), '\n');
                    state = State.SIZE;
                    digits = 0;
                    extension = 0;
                }
                case TRAILERS -> {
                    if (section.collect(in, trailers, false)) {
                        section.parse(trailers, section.start());
                        trailers.dropFieldsNotForTrailers();
                        state = State.END;
                        return null;
                    }
                }
                case END -> {
                    return null;
                }
            }
        }
        return null;
    }

    private void size(byte b) throws MalformedMessage {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            if (++digits > MAX_SIZE_DIGITS || size > (Long.MAX_VALUE >> 4)) {
                throw MalformedMessage.badRequest("A chunk's size is too large.");
            }
            size = (size << 4) | digit;
        } else if (digits == 0) {
            throw MalformedMessage.badRequest("A chunk does not begin with its size.");
        } else if (b == '\r') {
            state = State.SIZE_LF;
        } else if (b == ';') {
            state = State.EXTENSION;
            named = false;
            quoted = false;
            escaped = false;
        } else {
            throw MalformedMessage.badRequest("A chunk's size is not a hexadecimal number.");
        }
    }

    /** Extensions mean nothing here, but that they are ones is looked at (RFC 9112 §7.1.1): others might see the line's end elsewhere. */
    private void extension(byte b) throws MalformedMessage {
        if (b == '\r' && named && !quoted) {
            state = State.SIZE_LF;
            return;
        }
        if (!Ascii.isFieldValue(b)) {
            throw MalformedMessage.badRequest("A chunk's extension has a control character, or ends too early.");
        }
        if (++extension > MAX_EXTENSION || ++extensions > MAX_EXTENSIONS) {
            throw MalformedMessage.badRequest("A chunk's extensions are too long.");
        }
        if (quoted) {
            quoted = escaped || b != '"';
            escaped = !escaped && b == '\\';
        } else if (named) {
            quoted = b == '"';
            named = b != ';';
        } else if (Ascii.isToken(b)) {
            named = true;
        } else if (b != ' ' && b != '\t') {
            throw MalformedMessage.badRequest("A chunk's extension has no name.");
        }
    }

    private static void expect(byte found, char expected) throws MalformedMessage {
        if (found != expected) {
            throw MalformedMessage.badRequest("A chunk does not end where its size says.");
        }
    }
}
