package com.foobar.lb.tcp;

/** How a session ended: who ended it, and in which phase, by HAProxy's two letters (its manual, §8.5). */
public enum Termination {
    /** Both sides had said all. */
    NORMAL("--"),
    /** The client left before a server was connected to. */
    CLIENT_LEFT_EARLY("CC"),
    /** The client left while it waited in the queue. */
    CLIENT_LEFT_QUEUE("CQ"),
    /** The client's connection broke. */
    CLIENT_ABORTED("CD"),
    /** The client sent no ClientHello in time. */
    CLIENT_SILENT("cR"),
    /** What the client sent claims to be a ClientHello and is none. */
    NO_ROUTE("PR"),
    /** The server's connection broke. */
    SERVER_ABORTED("SD"),
    /** All servers had as many connections as they may have, for too long, or too many waited already. */
    QUEUE_EXHAUSTED("sQ"),
    /** No server could be connected to, or none is up. */
    NO_SERVER("SC"),
    /** The last server that was tried did not answer in time. */
    CONNECT_TIMEOUT("sC"),
    /** Nothing came from either side for too long. */
    IDLE("cD"),
    /** The client had said all, and nothing came from the server for too long. */
    SERVER_IDLE("sD"),
    /** We are stopping. */
    KILLED("KD");

    private final String code;

    Termination(String code) {
        this.code = code;
    }

    /** As HAProxy writes it: {@code --}, {@code cD}. */
    public String code() {
        return code;
    }
}
