package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.auth.ServerCredential;
import org.jspecify.annotations.Nullable;

/** What the router proves to servers. */
@FunctionalInterface
public interface Credentials {
    /** @return what is known of a user's password; null where the user is none of the router's */
    @Nullable
    ServerCredential of(String user);
}
