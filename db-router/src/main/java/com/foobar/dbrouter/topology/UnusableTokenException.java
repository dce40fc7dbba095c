package com.foobar.dbrouter.topology;

/** The position that an application gave with a read cannot be waited for. */
public final class UnusableTokenException extends NoServerException {
    private static final long serialVersionUID = 1L;

    /** @param message the token and what is wrong with it */
    public UnusableTokenException(String message) {
        super(message);
    }
}
