package com.foobar.http.backend;

/** What the checks say of a server. */
public enum OperationalState {
    UP,
    DOWN
}
