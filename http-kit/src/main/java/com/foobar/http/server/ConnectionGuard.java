package com.foobar.http.server;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Decides on connections before anything is read from them but a PROXY header. Asked on all event loops. */
@FunctionalInterface
public interface ConnectionGuard {
    /** Returns what is to be called when the connection has closed, or null where it is to be closed at once. */
    @Nullable
    Runnable admit(InetAddress client);
}
