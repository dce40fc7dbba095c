package com.foobar.http.proxy;

/** Where this proxy stands, and so whether what a request says about its own origin can be believed. */
public enum ForwardedMode {
    /** Clients are strangers: X-Forwarded-*, Forwarded and X-Real-IP are replaced by what the connection tells. */
    EDGE,
    /** Clients are our own edge: what they set is kept, and their address is appended. */
    INNER
}
