package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;

/** A command whose session has taken it elsewhere: nobody wants the answer. */
record DroppedExchange(ResponseTracker.Expect expect) implements Exchange {
    @Override
    public void received(ByteBuf bytes, ResponseTracker tracker) {
        bytes.release();
    }

    @Override
    public void completed(ResponseTracker tracker) {}

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
