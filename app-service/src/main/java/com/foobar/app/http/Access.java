package com.foobar.app.http;

/** Who may call an endpoint. */
public enum Access {
    /** Everybody; a token is not looked at. */
    PUBLIC,
    /** Everybody; a token says for whom the answer is made, and must be good if there is one. */
    OPTIONAL,
    /** Only callers with a good token. */
    REQUIRED
}
