package com.foobar.dbrouter.topology;

/** A read that must see acknowledged writes cannot be answered, because no primary is there to ask. */
public final class NoPrimaryException extends NoServerException {
    private static final long serialVersionUID = 1L;

    /** @param message what is missing, since when, which servers were tried */
    public NoPrimaryException(String message) {
        super(message);
    }
}
