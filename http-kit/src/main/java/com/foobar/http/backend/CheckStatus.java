package com.foobar.http.backend;

/** What a health check came to, by HAProxy's names ({@code check_status} of its statistics): the layer, and how it ended there. */
public enum CheckStatus {
    /** Not checked yet. */
    INI(false, false),
    /** Connected, and no more was asked for. */
    L4OK(true, true),
    /** No connection in time. */
    L4TOUT(false, false),
    /** No connection: refused, unreachable, unknown name. */
    L4CON(false, false),
    /** The right answer. */
    L7OK(true, true),
    /** The server connected and did not answer in time. */
    L7TOUT(false, true),
    /** What came is no answer of the protocol, or the connection broke before it. */
    L7RSP(false, true),
    /** A whole answer that says no: another status or body than expected, or an error of MySQL. */
    L7STS(false, true);

    private final boolean passed;
    private final boolean reached;

    CheckStatus(boolean passed, boolean reached) {
        this.passed = passed;
        this.reached = reached;
    }

    /** Whether the server can take requests. */
    public boolean passed() {
        return passed;
    }

    /** Whether nothing came in time: the server hangs, or its host is gone. */
    public boolean timedOut() {
        return this == L4TOUT || this == L7TOUT;
    }

    /** Whether something accepts connections there. */
    public boolean reached() {
        return reached;
    }
}
