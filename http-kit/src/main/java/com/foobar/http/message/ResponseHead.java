package com.foobar.http.message;

/**
 * A status and the fields of a response. How long the body is stands in {@link #contentLength()} alone: framing fields are made from it where the response is written, and
 * {@code Content-Length}, {@code Transfer-Encoding} or {@code Connection} among the fields are not sent.
 */
public final class ResponseHead {
    /** {@link #contentLength()} of a body whose length its end tells. */
    public static final long UNKNOWN_LENGTH = -1;

    private final Fields fields;
    private int status = 200;
    private long contentLength = UNKNOWN_LENGTH;

    public ResponseHead() {
        this(new Fields());
    }

    private ResponseHead(Fields fields) {
        this.fields = fields;
    }

    public static ResponseHead of(int status) {
        ResponseHead head = new ResponseHead();
        head.status = status;
        return head;
    }

    /** A head of its own with the same content: those who answer add fields to the one that they are given. */
    public ResponseHead copy() {
        ResponseHead copy = new ResponseHead(fields.copy());
        copy.status = status;
        copy.contentLength = contentLength;
        return copy;
    }

    /** Makes the head ready for another response; for parsers. */
    public void clear() {
        fields.clear();
        status = 200;
        contentLength = UNKNOWN_LENGTH;
    }

    public int status() {
        return status;
    }

    public ResponseHead status(int newStatus) {
        status = newStatus;
        return this;
    }

    public Fields fields() {
        return fields;
    }

    public ResponseHead add(FieldName name, CharSequence value) {
        fields.add(name, value);
        return this;
    }

    public ResponseHead add(String name, CharSequence value) {
        fields.add(name, value);
        return this;
    }

    /** The number of bytes that the body has (that it would have, in answer to HEAD or as 304), or {@link #UNKNOWN_LENGTH}. */
    public long contentLength() {
        return contentLength;
    }

    public ResponseHead contentLength(long newContentLength) {
        contentLength = newContentLength;
        return this;
    }

    /** Whether a response of this status to that method has a body (RFC 9112 §6.3). */
    public boolean hasBody(Method method) {
        return !method.equals(Method.HEAD) && status >= 200 && status != 204 && status != 304;
    }

    @Override
    public String toString() {
        return "HTTP " + status;
    }
}
