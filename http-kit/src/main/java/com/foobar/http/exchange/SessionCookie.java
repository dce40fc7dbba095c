package com.foobar.http.exchange;

/** What the cookie that keeps a client at one server said in a request. */
public enum SessionCookie {
    /** There was none. */
    NONE,
    /** It names no server. */
    INVALID,
    /** It names a server that took no request of its session, or failed it: another one was asked, if there was any. */
    DOWN,
    /** It names the server that was asked, or is waited for. */
    VALID
}
