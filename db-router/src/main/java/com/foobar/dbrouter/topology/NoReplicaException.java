package com.foobar.dbrouter.topology;

/** No replica may answer a read, and the settings keep it off the primary ({@link ReadSettings.Fallback#ERROR}). */
public final class NoReplicaException extends NoServerException {
    private static final long serialVersionUID = 1L;

    /** @param message why, and how the servers are */
    public NoReplicaException(String message) {
        super(message);
    }
}
