package com.foobar.http.message;

/**
 * A message that breaks the rules of its framing. Carries the status with which a request of that kind is refused and a sentence for whoever sent it; no stack trace, as it is
 * part of ordinary traffic.
 */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status 400, 413, 414, 431 or 505 */
    public MalformedMessage(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    public static MalformedMessage badRequest(String detail) {
        return new MalformedMessage(400, detail);
    }

    public int status() {
        return status;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
