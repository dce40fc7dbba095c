package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * A command whose session has taken it elsewhere: nobody wants the answer.
 *
 * @param carriedOut what is to be noted of the connection all the same, where the server has carried it out
 */
record DroppedExchange(ResponseTracker.Expect expect, Consumer<ResponseTracker> carriedOut) implements Exchange {
    DroppedExchange(ResponseTracker.Expect expect) {
        this(expect, answer -> {});
    }

    @Override
    public void received(ByteBuf bytes, ResponseTracker tracker) {
        bytes.release();
    }

    @Override
    public void completed(ResponseTracker tracker) {
        if (tracker.error() == null) {
            carriedOut.accept(tracker);
        }
    }

    @Override
    public Exchange dropped() {
        return this;
    }

    @Override
    public boolean isOfTheRouter() {
        return true;
    }

    @Override
    public boolean canRunElsewhere() {
        return true;
    }

    @Override
    public void failed(ServerFailure failure) {}
}
