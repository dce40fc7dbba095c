package com.foobar.dbrouter.topology;

/** What a server is to the others, as it says itself. */
public enum ServerRole {
    /** Accepts writes and replicates from nobody, and is the only such server or the one the others follow. */
    PRIMARY,
    /** Replicates from another server. */
    REPLICA,
    /** Not reachable, or neither of the two: see {@link ServerState#detail()}. */
    UNKNOWN
}
