package com.foobar.dbrouter.topology;

/** A read that no server may answer. */
public abstract sealed class NoServerException extends RuntimeException
        permits NoPrimaryException, NoReplicaException, UnusableTokenException {
    private static final long serialVersionUID = 1L;

    /** @param message for the client and the operator */
    NoServerException(String message) {
        super(message, null, false, false);
    }
}
