package com.foobar.http.proxy;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** A connection on its way, which can be given up. Belongs to its event loop. */
final class Connecting {
    /** Null while the server's name is looked up. */
    private @Nullable Channel channel;

    private boolean cancelled;

    void by(Channel newChannel) {
        channel = newChannel;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Closes what there is of it; nobody is told. */
    void cancel() {
        cancelled = true;
        Channel current = channel;
        // Where no socket is left, what failed is no channel that could be closed.
        if (current != null && current.isRegistered()) {
            current.close();
        }
    }
}
