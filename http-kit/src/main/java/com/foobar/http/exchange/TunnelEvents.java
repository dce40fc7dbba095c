package com.foobar.http.exchange;

import io.netty.buffer.ByteBuf;

/** What arrives at a {@link TunnelEnd}; on its event loop, nothing after {@link #closed}. */
public interface TunnelEvents {
    /** Bytes as they came; the receiver now owns the buffer. */
    void data(ByteBuf data);

    /** What arrived in one go has been handed over: the time to flush what was made of it. */
    void readComplete();

    /** The other side takes more again. */
    void becameWritable();

    /** The other side will send no more, and may still receive. */
    void inputEnded();

    /** Both directions are over. */
    void closed();
}
