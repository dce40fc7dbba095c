package com.foobar.dbrouter.pool;

import org.jspecify.annotations.Nullable;

/** The passwords that the router proves to servers. */
@FunctionalInterface
public interface Passwords {
    /** @return the password of a user, null where it is none of the router's */
    byte @Nullable [] of(String user);
}
