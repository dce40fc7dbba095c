package com.foobar.http.backend;

/** What is spoken with a server, in HAProxy's words. */
public enum ServerProtocol {
    /** HTTP/1.1: a connection carries one request at a time. */
    H1,
    /** HTTP/2 in clear text, known beforehand (RFC 9113 §3.3): a connection carries many at a time. */
    H2
}
