package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;

/** COM_RESET_CONNECTION while the session holds a connection: locks and transactions are gone when the client hears so. */
final class ResetRun extends PlainRun {
    private final StatementText statementText;

    ResetRun(ClientSession session, ByteBuf message, StatementText statementText) {
        super(session, message, Expect.SINGLE);
        this.statementText = statementText;
    }

    @Override
    boolean isAboutHeld() {
        return true;
    }

    @Override
    void succeeded(ServerConnection target, ResponseTracker answer) {
        target.wasReset();
        session.held().clear();
        session.startOver();
        statementText.startOver();
    }
}
