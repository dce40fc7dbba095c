package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;

/** One command to a server and what becomes of the answer. Called on the connection's event loop, in order. */
public interface Exchange {
    /** @return the kind of answer to follow */
    ResponseTracker.Expect expect();

    /** What was before it has been answered: the server works on it, or has. Not called where nothing was before it. */
    default void begins() {}

    /**
     * Takes a piece of the answer, whole packets or not, and the reference to it.
     *
     * @param tracker what is known of the answer so far, this piece included
     */
    void received(ByteBuf bytes, ResponseTracker tracker);

    /** The answer has ended. */
    void completed(ResponseTracker tracker);

    /** The server wants a file of the client: {@link ServerConnection#sendFile}. */
    default void fileWanted() {}

    /** What has been received may be flushed: nothing more is there to be read just now. */
    default void readComplete() {}

    /** The connection has taken more than it can send ({@code false}), or has sent most of it ({@code true}). */
    default void writable(boolean writable) {}

    /** Those who waited behind it on a shared connection have gone elsewhere. */
    default void othersAreGone() {}

    /** What stands in its place once its session has gone elsewhere: the server carries it out all the same. */
    default Exchange dropped() {
        return new DroppedExchange(expect());
    }

    /** Whether no session waits for it. */
    default boolean isOfTheRouter() {
        return false;
    }

    /** Whether it loses nothing by {@link #failed}, as it can be run elsewhere unseen. */
    default boolean canRunElsewhere() {
        return false;
    }

    /** The connection has ended before the answer. */
    void failed(ServerFailure failure);
}
