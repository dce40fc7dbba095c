package com.foobar.http.backend;

/** How servers are checked. */
public enum CheckType {
    /** {@code GET}, and a look at the answer. */
    HTTP,
    /** Whether a connection can be made. */
    TCP,
    /** The greeting of a MySQL server, or a login (HAProxy's {@code option mysql-check}). */
    MYSQL
}
