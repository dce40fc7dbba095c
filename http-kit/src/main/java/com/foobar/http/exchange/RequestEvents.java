package com.foobar.http.exchange;

import com.foobar.http.message.Fields;
import io.netty.buffer.ByteBuf;

/** What happens to a request after its head; all on the stream's event loop, nothing after {@link #aborted} or after the response has ended. */
public interface RequestEvents {
    /** A piece of the decoded body; the receiver now owns the buffer and releases it. */
    default void data(ByteBuf data) {
        data.release();
    }

    /** The body is complete. Called at once for a request without body. */
    default void end(Fields trailers) {}

    /** What arrived in one go has been handed over: the time to flush what was made of it. */
    default void readComplete() {}

    /** The client takes more of the response again, after {@link RequestStream#writable()} was false. */
    default void writable() {}

    /**
     * The request cannot be completed: the client went away, stalled, or its body broke the rules. The stream answers or closes by itself; the receiver only lets go of what it
     * holds.
     */
    default void aborted(ProxyError cause) {}
}
