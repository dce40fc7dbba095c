package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;

/** COM_INIT_DB: the primary knows whether there is such a database; while there is none, a replica that has it. */
final class InitDbRun extends PlainRun {
    private final String schema;

    InitDbRun(ClientSession session, ByteBuf message, String schema) {
        super(session, message, Expect.SINGLE);
        this.schema = schema;
    }

    @Override
    boolean mayUseStandIn() {
        return true;
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        session.memory().stateIs(target, session.memory().state().withSchema(schema));
    }
}
