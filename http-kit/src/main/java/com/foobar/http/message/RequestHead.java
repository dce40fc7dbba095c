package com.foobar.http.message;

import org.jspecify.annotations.Nullable;

/**
 * A request line and its fields, checked: whatever reached a handler as a head has one meaning only (RFC 9112 §3, §5, §6; RFC 9113 §8.3). Made by the HTTP/1.1 parser and by the
 * HTTP/2 adaptation alike.
 */
public final class RequestHead {
    /** {@link #bodyLength()} of a body whose length its end tells. */
    public static final long UNKNOWN_LENGTH = -1;

    private final Fields fields = new Fields();
    private Method method = Method.GET;
    private Protocol protocol = Protocol.HTTP_1_1;
    private int targetStart;
    private int targetLength;
    private long bodyLength;
    private boolean expectsContinue;
    private boolean acceptsTrailers;
    private @Nullable String target;
    private @Nullable String authority;
    private @Nullable String upgrade;

    /** Makes the head ready for another request; for parsers. */
    public void clear() {
        fields.clear();
        method = Method.GET;
        protocol = Protocol.HTTP_1_1;
        targetStart = 0;
        targetLength = 0;
        bodyLength = 0;
        expectsContinue = false;
        acceptsTrailers = false;
        target = null;
        authority = null;
        upgrade = null;
    }

    public Method method() {
        return method;
    }

    public void method(Method newMethod) {
        method = newMethod;
    }

    public Protocol protocol() {
        return protocol;
    }

    public void protocol(Protocol newProtocol) {
        protocol = newProtocol;
    }

    /** The fields. {@code Host} is among them, in HTTP/2 as well; {@code Content-Length} and {@code Transfer-Encoding} tell nothing that {@link #bodyLength()} does not. */
    public Fields fields() {
        return fields;
    }

    /** The target in origin form, as it was sent: {@code /path?query}, or {@code *}. */
    public String target() {
        String text = target;
        if (text == null) {
            text = Ascii.text(fields.storage(), targetStart, targetLength);
            target = text;
        }
        return text;
    }

    /** The part of the target before {@code ?}, still percent-encoded. */
    public String path() {
        int query = queryStart();
        return query < 0 ? target() : target().substring(0, query);
    }

    /** The part of the target after the first {@code ?}, or null where there is none. */
    public @Nullable String query() {
        int query = queryStart();
        return query < 0 ? null : target().substring(query + 1);
    }

    private int queryStart() {
        byte[] storage = fields.storage();
        for (int i = 0; i < targetLength; i++) {
            if (storage[targetStart + i] == '?') {
                return i;
            }
        }
        return -1;
    }

    /** Whether the path begins with that prefix, byte by byte; makes no text. */
    public boolean pathStartsWith(String prefix) {
        if (targetLength < prefix.length()) {
            return false;
        }
        byte[] storage = fields.storage();
        for (int i = 0; i < prefix.length(); i++) {
            if (storage[targetStart + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Host and, where it was sent, port: {@code www.foobar.com:8443}. Empty only for HTTP/1.0 clients that name no host. */
    public String authority() {
        String text = authority;
        if (text == null) {
            String host = fields.get(FieldName.HOST);
            text = host == null ? "" : host;
            authority = text;
        }
        return text;
    }

    /** The number of bytes of the body, 0 for none, or {@link #UNKNOWN_LENGTH}. */
    public long bodyLength() {
        return bodyLength;
    }

    public void bodyLength(long newBodyLength) {
        bodyLength = newBodyLength;
    }

    public boolean hasBody() {
        return bodyLength != 0;
    }

    /** The protocol that the client would like to switch to, as {@code Upgrade} tells (RFC 9110 §7.8): {@code websocket}; null where it would not. */
    public @Nullable String upgrade() {
        return upgrade;
    }

    public void upgrade(@Nullable String newUpgrade) {
        upgrade = newUpgrade;
    }

    /** Whether the client waits for {@code 100 Continue} before it sends the body (RFC 9110 §10.1.1). */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /** Whether the client keeps trailers apart from the fields of the head ({@code TE: trailers}, RFC 9110 §10.1.4), which gRPC insists on. */
    public boolean acceptsTrailers() {
        return acceptsTrailers;
    }

    public void acceptsTrailers(boolean accepted) {
        acceptsTrailers = accepted;
    }

    /**
     * For parsers, when fields and body length are known: looks at what the client expects.
     *
     * @throws MalformedMessage 417 for any expectation but {@code 100-continue}
     */
    public void checkExpectation() throws MalformedMessage {
        int slot = fields.find(FieldName.EXPECT);
        if (slot >= 0) {
            if (!fields.valueIs(slot, "100-continue")) {
                throw new MalformedMessage(417, "The expectation is not known.");
            }
            expectsContinue = hasBody() && protocol != Protocol.HTTP_1_0;
        }
    }

    /** Puts another target, in origin form. */
    public void target(CharSequence newTarget) {
        int start = fields.append(newTarget);
        targetAt(start, newTarget.length());
    }

    /** For parsers: the target lies there in the fields' storage. */
    public void targetAt(int start, int length) {
        targetStart = start;
        targetLength = length;
        target = null;
    }

    public int targetStart() {
        return targetStart;
    }

    public int targetLength() {
        return targetLength;
    }

    @Override
    public String toString() {
        return method + " " + target() + " " + protocol;
    }
}
