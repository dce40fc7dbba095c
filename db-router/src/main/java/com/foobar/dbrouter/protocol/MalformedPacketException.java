package com.foobar.dbrouter.protocol;

/** Bytes that are not what the protocol allows at this point. Carries no stack trace: the peer decides how often it happens. */
public final class MalformedPacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was expected and what came, with the numbers */
    public MalformedPacketException(String message) {
        super(message, null, false, false);
    }
}
