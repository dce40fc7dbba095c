package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** What becomes of an {@link OwnCommand}: its rows are dropped, its end is told. */
final class OwnExchange implements Exchange {
    private final ServerConnection connection;
    private final ResponseTracker.Expect expect;
    private final Adoption done;
    private final Consumer<ResponseTracker> onSuccess;

    OwnExchange(
            ServerConnection connection,
            ResponseTracker.Expect expect,
            Adoption done,
            Consumer<ResponseTracker> onSuccess) {
        this.connection = connection;
        this.expect = expect;
        this.done = done;
        this.onSuccess = onSuccess;
    }

    @Override
    public ResponseTracker.Expect expect() {
        return expect;
    }

    @Override
    public void received(ByteBuf bytes, ResponseTracker answer) {
        bytes.release();
    }

    /** No statement of the router's own reads a file. */
    @Override
    public void fileWanted() {
        connection.close();
    }

    @Override
    public void completed(ResponseTracker answer) {
        ErrPacket error = answer.error();
        if (error != null && error.isFarewell()) {
            connection.close();
            done.failed(ServerFailure.announced(connection.server(), error));
        } else if (error != null) {
            done.refused(error);
        } else {
            onSuccess.accept(answer);
            done.adopted();
        }
    }

    /** What has been prepared has to be closed some day. */
    @Override
    public Exchange dropped() {
        return new DroppedExchange(expect, onSuccess);
    }

    @Override
    public boolean canRunElsewhere() {
        return done.canRunElsewhere();
    }

    @Override
    public void failed(ServerFailure failure) {
        done.failed(failure);
    }
}
