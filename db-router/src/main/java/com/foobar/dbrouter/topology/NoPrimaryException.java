package com.foobar.dbrouter.topology;

/** A read that must see every acknowledged write cannot be answered, because no primary is there to ask. */
public final class NoPrimaryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message for the client and the operator: what is missing, since when, which servers were tried */
    public NoPrimaryException(String message) {
        super(message, null, false, false);
    }
}
