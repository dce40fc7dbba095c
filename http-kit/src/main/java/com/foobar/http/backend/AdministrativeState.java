package com.foobar.http.backend;

/** What people want of a server. */
public enum AdministrativeState {
    /** Takes requests. */
    READY,
    /** Takes no new requests; those in flight end; checks go on. */
    DRAIN,
    /** Takes no requests and is not checked. */
    MAINT
}
