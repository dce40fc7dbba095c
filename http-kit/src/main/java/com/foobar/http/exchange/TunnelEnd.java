package com.foobar.http.exchange;

import io.netty.buffer.ByteBuf;

/**
 * Our end of a connection, or stream, that has switched to another protocol: takes bytes as they are. Each direction ends by itself. On the event loop; what is called after the close
 * has no effect.
 */
public interface TunnelEnd {
    /** Writes bytes, not flushed; the end now owns the buffer. */
    void write(ByteBuf data);

    void flush();

    /** Whether little enough is waiting for the other side to take it; {@link TunnelEvents#becameWritable()} tells when that is so again. */
    boolean writable();

    /** Stops the flow of what arrives; a little that was already read may still come. */
    void pause();

    void resume();

    /** Tells the other side, behind what was written, that nothing more will come. What it sends still arrives. */
    void endOutput();

    /** Closes both directions at once. */
    void close();
}
